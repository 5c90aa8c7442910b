#!/usr/bin/env bash
# Starts a keyring daemon on the current session bus, runs a command, and stops the daemon when the command has ended:
#   packaging/keyring-daemon.sh PASSWORD COMMAND [ARGUMENT…]
# The password unlocks the login keyring, or creates it; with an empty password the keyring is left locked. Exits with the
# command's exit code. If descriptor 3 is open, it becomes the command's standard error (but not the daemon's).
set -euo pipefail

password=$1
shift
options=(--foreground --components=secrets)
if [[ $password ]]; then
  options+=(--unlock)
fi
printf %s "$password" | gnome-keyring-daemon "${options[@]}" >/dev/null 2>&1 3>&- &
daemon=$!
# Stop it explicitly: a daemon that has not connected to the bus yet would not notice that the bus is gone.
trap 'kill "$daemon" 2>/dev/null && wait "$daemon" || true' EXIT

owned() {
  dbus-send --session --print-reply=literal --dest=org.freedesktop.DBus /org/freedesktop/DBus \
    org.freedesktop.DBus.NameHasOwner string:org.freedesktop.secrets 2>/dev/null 3>&- | grep -q true
}
for ((tries = 0; tries < 1000; ++tries)); do
  if owned; then
    break
  elif ! kill -0 "$daemon" 2>/dev/null; then
    echo "keyring-daemon.sh: gnome-keyring-daemon exited before it was on the bus" >&2
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
