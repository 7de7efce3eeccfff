#!/bin/sh
# Sees to the system packages: installs what is missing where that is possible without asking, otherwise says what to
# install, and why. With "tests" as argument, the independent judges of the tests too; those may be missing. The large
# ones among them, such as a browser, an office suite and a message broker, are installed with "all" only.
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

case "${1:-}" in tests | all) ;; *) exit 0 ;; esac
judges=""
large=""
command -v pdfsig >/dev/null 2>&1 || judges="$judges poppler-utils"
command -v qpdf >/dev/null 2>&1 || judges="$judges qpdf"
command -v certutil >/dev/null 2>&1 || judges="$judges libnss3-tools"
command -v chromium >/dev/null 2>&1 || large="$large chromium"
command -v soffice >/dev/null 2>&1 || large="$large libreoffice-writer"
command -v java >/dev/null 2>&1 || large="$large default-jdk-headless"
command -v mvn >/dev/null 2>&1 || large="$large maven"
command -v npm >/dev/null 2>&1 || large="$large npm"
[ -x /usr/lib/rabbitmq/bin/rabbitmq-server ] || large="$large rabbitmq-server"
if [ "$1" = all ]; then
    judges="$judges$large"
    large=""
fi
if [ -n "$judges" ] && [ -n "$can_install" ]; then
    echo "Installing independent judges for the tests:$judges"
    # shellcheck disable=SC2086
    apt_install $judges && judges=""
fi
if [ -n "$judges$large" ]; then
    echo "Some tests will be skipped; to run them all: sudo apt-get install --no-install-recommends$judges$large"
fi
