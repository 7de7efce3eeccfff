#!/bin/sh
# Takes a backup of register and store into a new folder below FOLDER, then removes all but the newest KEEP (7):
#   deploy/backup.sh FOLDER [KEEP]
# avtaleflyt-backup.timer runs it every night, in containers a line of cron does. After a failure nothing is removed.
set -eu
folder=$1 keep=${2:-7}
[ "$keep" -ge 1 ] 2>/dev/null || { echo "KEEP is a number from 1 on, not $keep." >&2; exit 2; }
umask 077
mkdir -p "$folder"
avtaleflyt archive backup -o "$folder/$(date -u +%Y-%m-%dT%H%M%SZ)"

copies() { find "$folder" -mindepth 1 -maxdepth 1 -type d -name '20??-??-??T??????Z' | sort -r; }
# backup.json is written last: a copy without it was interrupted, and cannot be restored.
copies | while read -r copy; do [ -e "$copy/backup.json" ] || rm -rf "$copy"; done
copies | tail -n "+$((keep + 1))" | while read -r copy; do rm -rf "$copy"; done
