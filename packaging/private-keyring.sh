#!/usr/bin/env bash
# Runs a command with its own session bus, unlocked keyring and home directory, and removes all of them afterwards:
#   packaging/private-keyring.sh COMMAND [ARGUMENT…]
# Does not touch the user's own keyring. Exits with the command's exit code.
set -euo pipefail

here=$(dirname -- "$(readlink -f -- "$0")")
place=$(mktemp -d "${TMPDIR:-/tmp}/chutes-keyring.XXXXXX")
trap 'rm -rf "$place" 2>/dev/null || { sleep 0.3; rm -rf "$place"; } || true' EXIT # the keyring daemon may still be writing
export HOME=$place/home XDG_RUNTIME_DIR=$place/run
export XDG_DATA_HOME=$HOME/.local/share XDG_CONFIG_HOME=$HOME/.config XDG_CACHE_HOME=$HOME/.cache \
  XDG_STATE_HOME=$HOME/.local/state
mkdir -p "$XDG_DATA_HOME" "$XDG_CONFIG_HOME" "$XDG_CACHE_HOME" "$XDG_STATE_HOME"
mkdir -m 700 "$XDG_RUNTIME_DIR"
# With a display, the keyring daemon would prompt there for its password instead of reporting that it is locked.
unset DISPLAY WAYLAND_DISPLAY DBUS_SESSION_BUS_ADDRESS GNOME_KEYRING_CONTROL

# Passes this script's standard error to the command as descriptor 3; messages of the bus itself go to a file.
dbus-run-session -- "$here/keyring-daemon.sh" private "$@" 3>&2 2>"$place/bus.log"
