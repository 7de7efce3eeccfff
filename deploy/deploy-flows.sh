#!/bin/sh
# Tells the Prefect server of the work pool and of every flow; the same again changes nothing. Run in the folder of
# prefect.yaml, with PREFECT_API_URL and PREFECT_API_AUTH_STRING set.
set -eu
prefect --no-prompt work-pool create avtaleflyt --type process --overwrite
prefect --no-prompt deploy --all
