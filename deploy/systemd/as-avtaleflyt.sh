#!/bin/sh
# Runs a command with the account and the settings of the installation, as root:
#   deploy/systemd/as-avtaleflyt.sh status
# With --owner before the command, PostgreSQL sees the account that owns the register's tables:
#   deploy/systemd/as-avtaleflyt.sh --owner archive restore kopi
set -eu
settings=/etc/avtaleflyt

# Exports what a file says, as systemd reads it: a value may hold spaces and `$`, and may stand between quotes.
export_settings() {
    while IFS= read -r line; do
        value=${line#*=}
        case $value in
        \"*\") value=${value#\"} value=${value%\"} ;;
        \'*\') value=${value#\'} value=${value%\'} ;;
        esac
        export "${line%%=*}=$value"
    done <<END
$(grep '^[A-Za-z_][A-Za-z0-9_]*=' "$1")
END
}

export_settings $settings/settings.env
case ${1:-} in
--owner) export_settings $settings/owner.env && shift ;;
esac
cd /var/lib/avtaleflyt
exec runuser -u avtaleflyt -- /opt/avtaleflyt/current/.venv/bin/avtaleflyt "$@"
