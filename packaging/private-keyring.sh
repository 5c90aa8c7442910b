#!/usr/bin/env bash
# Runs a command with a session bus, an unlocked keyring and a home directory of its own, all of which are gone afterwards:
#   packaging/private-keyring.sh COMMAND [ARGUMENT…]
# The keyring of whoever runs this is neither read nor written. The command's exit code is passed on.
set -euo pipefail

here=$(dirname -- "$(readlink -f -- "$0")")
place=$(mktemp -d "${TMPDIR:-/tmp}/chutes-keyring.XXXXXX")
trap 'rm -rf "$place" 2>/dev/null || { sleep 0.3; rm -rf "$place"; } || true' EXIT # the keyring may be writing still
export HOME=$place/home XDG_RUNTIME_DIR=$place/run
export XDG_DATA_HOME=$HOME/.local/share XDG_CONFIG_HOME=$HOME/.config XDG_CACHE_HOME=$HOME/.cache \
  XDG_STATE_HOME=$HOME/.local/state
mkdir -p "$XDG_DATA_HOME" "$XDG_CONFIG_HOME" "$XDG_CACHE_HOME" "$XDG_STATE_HOME"
mkdir -m 700 "$XDG_RUNTIME_DIR"
# A keyring that sees a display would ask there for its password instead of saying that it is locked.
unset DISPLAY WAYLAND_DISPLAY DBUS_SESSION_BUS_ADDRESS GNOME_KEYRING_CONTROL

# The command keeps this script's standard error as descriptor 3; what the bus itself has to say goes to a file.
dbus-run-session -- "$here/keyring-daemon.sh" private "$@" 3>&2 2>"$place/bus.log"
