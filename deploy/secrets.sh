#!/bin/sh
# Writes the environment files of an installation into a folder, once: what is there stays as it is.
#   deploy/secrets.sh FOLDER HOST PROGRAM CERTIFICATES DATABASE PREFECT STORE
# HOST is the name that browsers use, PROGRAM and CERTIFICATES the folders of what the program
# keeps and of the certificates that signatures are judged by, DATABASE and PREFECT the addresses of
# PostgreSQL and Prefect (host:port), STORE that of the blobs: file:///folder or s3://bucket.
set -eu
folder=$1 host=$2 program=$3 certificates=$4 database=$5 prefect=$6 store=$7
umask 077
mkdir -p "$folder"

secret() { head -c 30 /dev/urandom | base64 | tr '+/' '-_' | tr -d '=\n'; }
# A password stands in the file of its service and in that of its client, so all are made together.
if [ -e "$folder/settings.env" ]; then
    echo "$folder has its settings already; nothing was changed."
    exit 0
fi
owner=$(secret) application=$(secret) orchestration=$(secret) administrator=$(secret)
api="avtaleflyt:$(secret)" desk=$(secret) key=$(secret)

cat >"$folder/postgresql.env" <<END
# Read once, by postgresql.sql.
POSTGRES_PASSWORD=$administrator
OWNER_PASSWORD=$owner
APPLICATION_PASSWORD=$application
PREFECT_PASSWORD=$orchestration
END
cat >"$folder/owner.env" <<END
# The account that owns the register's tables: only the upgrade has it.
AVTALEFLYT_DATABASE_URL=postgresql://avtaleflyt_owner:$owner@$database/avtaleflyt
END
cat >"$folder/prefect.env" <<END
PREFECT_HOME=$program/prefect
PREFECT_SERVER_API_AUTH_STRING=$api
PREFECT_SERVER_DATABASE_CONNECTION_URL=postgresql+asyncpg://prefect:$orchestration@$database/prefect
# Without it a copy of Prefect's database opens every secret block in it.
PREFECT_SERVER_ENCRYPTION_KEY=$(head -c 32 /dev/urandom | base64 | tr '+/' '-_')
PREFECT_SERVER_ANALYTICS_ENABLED=false
DO_NOT_TRACK=1
# Runs and their logs are kept for 30 days, events for 7: what must last is in the register.
PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED=events,flow_runs,orphans
PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD=P30D
PREFECT_SERVER_EVENTS_RETENTION_PERIOD=P7D
END
cat >"$folder/desk.env" <<END
AVTALEFLYT_DESK_TOKEN=$desk
AVTALEFLYT_DESK_PASSPHRASE=$(secret)
END
cat >"$folder/store.env" <<END
# The administrator of the S3-compatible store, where it is ours.
ROOT_ACCESS_KEY=avtaleflyt
ROOT_SECRET_KEY=$key
END
cat >"$folder/settings.env" <<END
# Settings of the program: docs/reference.md lists them all.
AVTALEFLYT_DATABASE_URL=postgresql://avtaleflyt:$application@$database/avtaleflyt
AVTALEFLYT_STORE_URL=$store
AVTALEFLYT_OUTPUT=$program/output
AVTALEFLYT_TRUST_ANCHORS=$certificates
AVTALEFLYT_TRUSTED_PROXIES=127.0.0.1
AVTALEFLYT_HEAD_KEYS=$program/keys
AVTALEFLYT_PUBLIC_URL=https://$host
AVTALEFLYT_METRICS_TOKEN=$(secret)
AVTALEFLYT_DESK_TOKEN=$desk
PREFECT_API_URL=http://$prefect/api
PREFECT_API_AUTH_STRING=$api
PREFECT_HOME=$program/prefect
PREFECT_LOGGING_LEVEL=WARNING
DO_NOT_TRACK=1
END
case $store in
s3://*)
    cat >>"$folder/settings.env" <<END
AWS_ACCESS_KEY_ID=avtaleflyt
AWS_SECRET_ACCESS_KEY=$key
AWS_REGION=us-east-1
END
    ;;
esac
echo "$folder has its settings, with new passwords: keep a copy of them in a safe place."
