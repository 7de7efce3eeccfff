#!/bin/sh
# Makes .venv, of the Python that $1 names, otherwise of the first that will do. The system's own comes before others on
# the PATH: distributions build it with profile-guided optimization, and documents take a fifth less time with it.
# Debian and Ubuntu keep its venv module in a package of its own.
set -eu
. ./.setup/root.sh

recent() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }
make_environment() {
    rm -rf .venv
    "$1" -m venv .venv >/dev/null 2>&1 || { rm -rf .venv; return 1; }
}

package=""
for python in ${1:-/usr/bin/python3 python3 python3.14 python3.13 python3.12 python3.11}; do
    recent "$python" || continue
    make_environment "$python" && exit 0
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    package="python$version-venv"
    [ -n "$can_install" ] || continue
    echo "Installing $package, which makes the project's own environment."
    apt_install "$package" && make_environment "$python" && exit 0
done
if [ -n "$package" ]; then
    echo "Python's venv module is missing: install it with 'sudo apt-get install $package'." >&2
else
    echo "Avtaleflyt needs Python 3.11 or later: install it, for instance with 'sudo apt-get install python3'." >&2
fi
exit 2
