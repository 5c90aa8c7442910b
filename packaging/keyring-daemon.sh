#!/usr/bin/env bash
# Runs a command beside a keyring daemon of its own on the session bus there is, and ends the daemon with the command:
#   packaging/keyring-daemon.sh PASSWORD COMMAND [ARGUMENT…]
# The password opens the login keyring, or makes one; without any (an empty word) the daemon is started as it is. The
# command's exit code is passed on. Descriptor 3, if open, is the command's standard error, what the daemon says is not.
set -euo pipefail

password=$1
shift
options=(--foreground --components=secrets)
if [[ $password ]]; then
  options+=(--unlock)
fi
printf %s "$password" | gnome-keyring-daemon "${options[@]}" >/dev/null 2>&1 3>&- &
daemon=$!
# Ended by us: one that has not reached the bus yet would not notice the bus's end.
trap 'kill "$daemon" 2>/dev/null && wait "$daemon" || true' EXIT

owned() {
  dbus-send --session --print-reply=literal --dest=org.freedesktop.DBus /org/freedesktop/DBus \
    org.freedesktop.DBus.NameHasOwner string:org.freedesktop.secrets 2>/dev/null 3>&- | grep -q true
}
for ((tries = 0; tries < 1000; ++tries)); do
  if owned; then
    break
  elif ! kill -0 "$daemon" 2>/dev/null; then
    echo "keyring-daemon.sh: gnome-keyring-daemon ended before it was on the bus" >&2
    exit 1
  fi
  sleep 0.01
done

code=0
if { : >&3; } 2>/dev/null; then
  "$@" 2>&3 3>&- || code=$?
else
  "$@" || code=$?
fi
exit "$code"
