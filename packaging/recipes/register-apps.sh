#!/bin/sh
# Keeps your apps as a file says: register-apps.sh [FILE [FOLDER]]. The secret of each new app goes into a file of its own
# in FOLDER, readable by you alone. CHUTES_API_KEY is an admin API key. Exit code 0: all is as the file says.
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
