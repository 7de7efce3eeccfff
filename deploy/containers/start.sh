#!/bin/sh
# Builds the image and starts every part, or takes an installation to this release. As root, in an unpacked release:
#   deploy/containers/start.sh avtaler.eksempel.no [signering.eksempel.no]
# The second name is that of the signing desk, where no other provider is used. Its settings and passwords are made once,
# in deploy/containers/settings/. A certificate of your own: put certificate.pem and key.pem into settings/tls/. Files that
# settings name: put them into settings/files/, which the program sees as /etc/avtaleflyt/files. WORKERS=4 before the
# command starts four workers, and four for the parts of seasons.
set -eu
cd "$(dirname "$0")/../.."
[ $# -ge 1 ] || { echo "Usage: deploy/containers/start.sh HOST [DESK-HOST]" >&2; exit 2; }
settings=deploy/containers/settings
PUBLIC_HOST=$1 DESK_HOST=${2:-} DESK_ADDRESS=${2:+https://$2} TLS=""
RELEASE=$(sed -n 's/^version = "\(.*\)"$/\1/p' pyproject.toml)
profile=""
[ -z "$DESK_HOST" ] || profile="--profile desk"

sh deploy/secrets.sh "$settings" "$PUBLIC_HOST" /var/lib/avtaleflyt /etc/avtaleflyt/certificates \
    postgresql:5432 prefect:4200 s3://avtaleflyt
mkdir -p "$settings/certificates/desk" "$settings/tls" "$settings/files"
# Certificates are public, and read by accounts of the containers; the key of a certificate belongs to the proxy's.
chmod 0711 "$settings"
chmod 0755 "$settings/certificates" "$settings/certificates/desk" "$settings/tls"
[ ! -f "$settings/tls/certificate.pem" ] || TLS="tls /tls/certificate.pem /tls/key.pem"
[ ! -f "$settings/tls/key.pem" ] || { chown 10001 "$settings/tls/key.pem" && chmod 0400 "$settings/tls/key.pem"; }
chown -R 10001 "$settings/files"
chmod -R u=rX,go= "$settings/files"
export PUBLIC_HOST DESK_HOST DESK_ADDRESS TLS RELEASE

if docker compose version >/dev/null 2>&1; then compose="docker compose"; else compose="docker-compose"; fi
docker build --tag "avtaleflyt:$RELEASE" --file deploy/containers/Dockerfile .
# shellcheck disable=SC2086 # several words, or none
$compose --project-name avtaleflyt --file deploy/containers/compose.yaml $profile up --detach --remove-orphans \
    --scale "worker=${WORKERS:-1}" --scale "parts=${WORKERS:-1}"
echo "Started: https://$PUBLIC_HOST. The first administrator:"
echo "  docker exec -it avtaleflyt-workplace avtaleflyt account add USER --name NAME --role administrator"
