#!/bin/sh
# Installs Avtaleflyt on a machine without containers, or takes it to this release. As root on Debian 12, in an unpacked
# release:
#   deploy/systemd/install.sh HOST [--desk DESK-HOST] [--store URL] [--workers N] [--only-workers]
# HOST is the name that browsers use. --desk runs the signing desk at a name of its own; --store keeps the blobs elsewhere
# than in /var/lib/avtaleflyt/store; --only-workers installs a further machine, whose /etc/avtaleflyt was copied there.
# --root FOLDER puts everything below a folder and starts nothing; --environment FOLDER uses a Python environment that
# holds the program already, where no package index can be reached.
set -eu
umask 022  # the account of the program reads what root installs
cd "$(dirname "$0")/../.."
host="" desk="" store="" workers=1 only_workers="" root="" environment=""
while [ $# -gt 0 ]; do
    case $1 in
    --desk) desk=$2 && shift ;;
    --store) store=$2 && shift ;;
    --workers) workers=$2 && shift ;;
    --only-workers) only_workers=yes ;;
    --root) root=$2 && shift ;;
    --environment) environment=$2 && shift ;;
    -*) echo "$1 is not known; see the head of $0." >&2 && exit 2 ;;
    *) host=$1 ;;
    esac
    shift
done
[ -n "$host" ] || { echo "Usage: deploy/systemd/install.sh HOST [--desk DESK-HOST] [--workers N]" >&2; exit 2; }
release=$(sed -n 's/^version = "\(.*\)"$/\1/p' pyproject.toml)
program=$root/opt/avtaleflyt settings=$root/etc/avtaleflyt state=$root/var/lib/avtaleflyt units=$root/etc/systemd/system
store=${store:-file://$state/store}

system_packages() {
    export DEBIAN_FRONTEND=noninteractive
    wanted="python3 python3-venv ca-certificates fontconfig fonts-crosextra-carlito fonts-liberation libharfbuzz-subset0
        libpango-1.0-0 libpangoft2-1.0-0"
    [ -n "$only_workers" ] || wanted="$wanted postgresql caddy npm"
    apt-get -q update
    # shellcheck disable=SC2086 # several packages
    apt-get -q install -y --no-install-recommends $wanted
}

account() {
    id avtaleflyt >/dev/null 2>&1 ||
        useradd --system --user-group --home-dir /var/lib/avtaleflyt --shell /usr/sbin/nologin avtaleflyt
}

# Releases lie side by side; `current` is the one that runs, and the one before it can be linked again.
program_files() {
    target=$program/$release
    rm -rf "$target.new"
    mkdir -p "$target.new"
    # What developers' tools and runs have left in the folder is no part of the program.
    tar -c --exclude=.git --exclude=.venv --exclude=__pycache__ --exclude='./.*cache' --exclude=./.hypothesis \
        --exclude=./output --exclude=./dist --exclude=./deploy/containers/settings . |
        tar -x -C "$target.new"
    if [ -n "$environment" ]; then
        ln -s "$(realpath "$environment")" "$target.new/.venv"
    elif [ -d "$target/.venv" ]; then
        mv "$target/.venv" "$target.new/.venv"
    fi
    rm -rf "$target"
    mv "$target.new" "$target"
    if [ -z "$environment" ]; then
        (cd "$target" && { .venv/bin/python -c "" 2>/dev/null || ./.setup/python.sh; } &&
            ./.setup/requirements.sh requirements.txt && ./.setup/assets.sh optional)
    fi
    ln -sfn "$release" "$program/current.new"
    mv -T "$program/current.new" "$program/current"
}

settings_files() {
    sh deploy/secrets.sh "$settings" "$host" "$state" "$settings/certificates" 127.0.0.1:5432 127.0.0.1:4200 "$store"
    mkdir -p "$settings/certificates" "$settings/files" "$settings/tls"
    [ -e "$settings/certificates/desk" ] || [ -z "$desk" ] || ln -sfn "$state/desk/authority" "$settings/certificates/desk"
    [ -e "$settings/proxy.env" ] ||
        printf 'PUBLIC_HOST=%s\nTLS=\nDESK_HOST=http://desk.localhost:8480\n' "$host" >"$settings/proxy.env"
    if ! grep -qxF "PUBLIC_HOST=$host" "$settings/proxy.env"; then  # another name than at the last installation
        sed -i "s#^PUBLIC_HOST=.*#PUBLIC_HOST=$host#" "$settings/proxy.env"
        sed -i "s#^AVTALEFLYT_PUBLIC_URL=.*#AVTALEFLYT_PUBLIC_URL=https://$host#" "$settings/settings.env"
    fi
    # A certificate of the installation's own, in place of one that the proxy fetches.
    [ ! -e "$settings/tls/certificate.pem" ] ||
        sed -i "s#^TLS=.*#TLS=tls $settings/tls/certificate.pem $settings/tls/key.pem#" "$settings/proxy.env"
    if [ -n "$desk" ]; then  # also a desk that comes later, or under another name
        sed -i "s#^DESK_HOST=.*#DESK_HOST=$desk#" "$settings/proxy.env"
        sed -i '/^AVTALEFLYT_DESK_ADDRESS=/d' "$settings/settings.env"
        echo "AVTALEFLYT_DESK_ADDRESS=https://$desk" >>"$settings/settings.env"
    fi
}

unit_files() {
    mkdir -p "$units/caddy.service.d"
    for unit in deploy/systemd/*.service deploy/systemd/*.target deploy/systemd/*.timer; do
        sed "s#/opt/avtaleflyt#$program#g; s#/etc/avtaleflyt#$settings#g; s#/var/lib/avtaleflyt#$state#g" "$unit" \
            >"$units/$(basename "$unit")"
    done
    printf '[Service]\nEnvironmentFile=%s/proxy.env\n' "$settings" >"$units/caddy.service.d/avtaleflyt.conf"
}

accounts_of_postgresql() {
    set -a
    # shellcheck disable=SC1091 # made by secrets.sh
    . "$settings/postgresql.env"
    set +a
    # From a folder that its account may enter.
    (cd / && runuser -u postgres -- psql -q -d postgres) <deploy/postgresql.sql
}

parts() {
    for number in $(seq "$workers"); do echo "avtaleflyt-worker@$number.service avtaleflyt-parts@$number.service"; done
    [ -z "$only_workers" ] || return 0
    echo avtaleflyt-upgrade.service avtaleflyt-prefect.service avtaleflyt-flows.service avtaleflyt-workplace.service
    echo avtaleflyt-backup.timer
    [ -z "$desk" ] || echo avtaleflyt-desk.service
}

[ -n "$root" ] || { system_packages && account; }
program_files
[ -n "$only_workers" ] || settings_files
unit_files
[ -z "$root" ] || { echo "Everything is below $root; nothing was started." && exit 0; }
# systemd reads the settings as root: no part can read those of another.
chmod 0755 /etc/avtaleflyt /etc/avtaleflyt/certificates
chmod 0600 /etc/avtaleflyt/*.env
# The proxy has an account of its own, which reads the certificate of the pages and its key.
[ ! -d /etc/avtaleflyt/tls ] || [ -n "$only_workers" ] || {
    chown -R root:caddy /etc/avtaleflyt/tls
    chmod -R u=rwX,g=rX,o= /etc/avtaleflyt/tls
}
# Certificates with keys, and tables that settings name: for the program's account alone.
mkdir -p /etc/avtaleflyt/files
chown -R avtaleflyt:avtaleflyt /etc/avtaleflyt/files
chmod -R u=rX,go= /etc/avtaleflyt/files
# shellcheck disable=SC2046 # several units
if [ -n "$only_workers" ]; then
    systemctl daemon-reload
    systemctl enable avtaleflyt.target $(parts)
    systemctl restart $(parts)
    echo "The workers of this machine run."
    exit 0
fi
accounts_of_postgresql
install -m 0644 deploy/Caddyfile /etc/caddy/Caddyfile
systemctl daemon-reload
# shellcheck disable=SC2046 # several units
systemctl enable avtaleflyt.target $(parts) caddy.service
systemctl restart avtaleflyt-upgrade.service avtaleflyt-prefect.service avtaleflyt-flows.service
# shellcheck disable=SC2046 # several units
systemctl restart $(parts) caddy.service
echo "Started: https://$host. The first administrator:"
echo "  deploy/systemd/as-avtaleflyt.sh account add USER --name NAME --role administrator"
