#!/bin/sh
# Tells the Prefect server of the work pool, of every flow, and of what ends runs whose machine ended (automations.yaml
# beside this script); the same again changes nothing. Run in the folder of prefect.yaml, with PREFECT_API_URL and
# PREFECT_API_AUTH_STRING set.
set -eu
automations=$(dirname "$0")/automations.yaml
prefect --no-prompt work-pool create avtaleflyt --type process --overwrite
prefect --no-prompt deploy --all
sed -n 's/^ *- name: //p' "$automations" | while read -r name; do
    # Created again, so that it is that of this release; the first time there is none to delete.
    prefect --no-prompt automation delete "$name" </dev/null >/dev/null 2>&1 || true
done
prefect --no-prompt automation create --from-file "$automations"
