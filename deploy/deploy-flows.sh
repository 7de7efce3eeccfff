#!/bin/sh
# Tells the Prefect server of the work pool, of every flow, and of what ends runs whose machine ended (automations.yaml
# beside this script); the same again changes nothing. Run in the folder of prefect.yaml, with PREFECT_API_URL and
# PREFECT_API_AUTH_STRING set. A server that has just been started makes its tables first: it is waited for.
set -eu
automations=$(dirname "$0")/automations.yaml
python - <<'END'
import os, sys, time, urllib.request
address = os.environ["PREFECT_API_URL"] + "/health"
until = time.monotonic() + 600
while True:
    try:
        urllib.request.urlopen(address, timeout=30)
        break
    except OSError as error:
        if time.monotonic() > until:
            sys.exit(f"The Prefect server does not answer at {address}: {error}")
        time.sleep(1)
END
prefect --no-prompt work-pool create avtaleflyt --type process --overwrite
prefect --no-prompt deploy --all
sed -n 's/^ *- name: //p' "$automations" | while read -r name; do
    # Created again, so that it is that of this release; the first time there is none to delete.
    prefect --no-prompt automation delete "$name" </dev/null >/dev/null 2>&1 || true
done
prefect --no-prompt automation create --from-file "$automations"
