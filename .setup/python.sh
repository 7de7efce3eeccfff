#!/bin/sh
# Makes .venv. $1 is a Python 3.11 or later; Debian and Ubuntu keep its venv module in a package of its own.
set -eu
python=${1:-}
if [ -z "$python" ]; then
    echo "Avtaleflyt needs Python 3.11 or later: install it, for instance with 'sudo apt-get install python3'." >&2
    exit 2
fi
rm -rf .venv
if "$python" -m venv .venv >/dev/null 2>&1; then
    exit 0
fi
rm -rf .venv
package="python$("$python" -c 'import sys; print(f"{sys.version_info[0]}.{sys.version_info[1]}")')-venv"
. ./.setup/root.sh
if [ -n "$can_install" ]; then
    echo "Installing $package, which makes the project's own environment."
    apt_install "$package" && "$python" -m venv .venv && exit 0
fi
echo "Python's venv module is missing: install it with 'sudo apt-get install $package'." >&2
exit 2
