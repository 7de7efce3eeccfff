#!/bin/sh
# Runs a command with the account and the settings of the installation, as root:
#   deploy/systemd/as-avtaleflyt.sh status
set -eu
set -a
. /etc/avtaleflyt/settings.env
set +a
cd /var/lib/avtaleflyt
exec runuser -u avtaleflyt -- /opt/avtaleflyt/current/.venv/bin/avtaleflyt "$@"
