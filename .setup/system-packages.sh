#!/bin/sh
# Sees to the system packages: installs what is missing where that is possible without asking, otherwise says what to
# install, and why. With "tests" as argument, the independent judges of the tests too; those may be missing.
set -eu
. ./.setup/root.sh

library() { ldconfig -p 2>/dev/null | grep -q "$1" || /sbin/ldconfig -p 2>/dev/null | grep -q "$1"; }
font() { command -v fc-list >/dev/null 2>&1 && [ -n "$(fc-list "$1:charset=e1 10d 111 14b 161 167 17e" file)" ]; }
missing=""
library libpango-1.0.so.0 || missing="$missing libpango-1.0-0"
library libpangoft2-1.0.so.0 || missing="$missing libpangoft2-1.0-0"
library libharfbuzz-subset.so.0 || missing="$missing libharfbuzz-subset0"
command -v fc-list >/dev/null 2>&1 || missing="$missing fontconfig"
font Carlito || missing="$missing fonts-crosextra-carlito"
font "Liberation Sans" || missing="$missing fonts-liberation"

if [ -n "$missing" ]; then
    if [ -n "$can_install" ]; then
        echo "Installing system packages for the PDF:$missing"
        # shellcheck disable=SC2086
        apt_install $missing || can_install=""
    fi
    if [ -z "$can_install" ]; then
        echo "To typeset PDF with the letters á č đ ŋ š ŧ ž, install: sudo apt-get install$missing" >&2
        exit 2
    fi
fi

[ "${1:-}" = tests ] || exit 0
judges=""
command -v pdfsig >/dev/null 2>&1 || judges="$judges poppler-utils"
command -v qpdf >/dev/null 2>&1 || judges="$judges qpdf"
command -v certutil >/dev/null 2>&1 || judges="$judges libnss3-tools"
if [ -n "$judges" ]; then
    if [ -n "$can_install" ]; then
        echo "Installing independent judges for the tests:$judges"
        # shellcheck disable=SC2086
        apt_install $judges || true
    else
        echo "Some tests will be skipped; to run them all: sudo apt-get install$judges"
    fi
fi
