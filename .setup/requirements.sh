#!/bin/sh
# Installs the locked requirements file $1 and the project itself into .venv, once for each state of the lock.
set -eu
stamp=".venv/$1.sha256"
wanted=$(sha256sum "$1" pyproject.toml | sha256sum)
[ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ] && exit 0
echo "Installing $1 into .venv; this takes a minute or two, once."
# The lock is whole: what it leaves out (pyproject.toml, tool.uv) is not fetched because a package would ask for it.
.venv/bin/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r "$1"
.venv/bin/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
# Each start would compile the program anew where the environment keeps Python from writing bytecode by itself.
.venv/bin/python -m compileall -q flows
echo "$wanted" >"$stamp"
