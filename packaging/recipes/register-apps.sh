#!/bin/sh
# Updates your apps to match a file: register-apps.sh [FILE [FOLDER]]. Writes the secret of each new app to a file of its own
# in FOLDER, which only you can read. CHUTES_API_KEY must be an admin API key. Exit code 0: the apps match the file.
set -eu
file=${1:-chutes-apps.json}
secrets=${2:-secrets}

umask 077
mkdir -p "$secrets"
code=0
chutes-login app diff -f "$file" || code=$?
case $code in
  0) ;;
  11) chutes-login app apply -f "$file" --secret-to "file:$secrets/{name}.txt" ;;
  *) exit "$code" ;;
esac
