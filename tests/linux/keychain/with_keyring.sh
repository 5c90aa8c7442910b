#!/usr/bin/env bash
# Runs a command under a Secret Service in the state that is asked for, with a bus and a home directory of its own; nothing
# of it is left afterwards, and the command's exit code is passed on:
#   tests/linux/keychain/with_keyring.sh [STATE] COMMAND [ARGUMENT…]
# STATE is one of
#   --unlocked    a keyring that is empty and open (the default)
#   --locked      a keyring that holds one session of this program (profile "default", issuer https://api.chutes.ai) and
#                 cannot be opened
#   --empty       a service that has no keyring at all, as on a fresh account
#   --no-service  a bus on which there is no Secret Service and none can be started
#   --none        no session bus
set -euo pipefail

packaging=$(dirname -- "$(readlink -f -- "$0")")/../../../packaging
private=$packaging/private-keyring.sh
export CHUTES_KEYRING_DAEMON=$packaging/keyring-daemon.sh # for the inner shells
state=--unlocked
case ${1-} in
--unlocked | --locked | --empty | --no-service | --none)
  state=$1
  shift
  ;;
esac

# A second bus inside the first: without the first one's keyring daemon, in the same home directory. Both buses have
# nothing to say that the command's own standard error should carry.
# shellcheck disable=SC2016 # the inner shells expand these
case $state in
--unlocked) exec "$private" "$@" ;;
--none) exec "$private" env -u DBUS_SESSION_BUS_ADDRESS "$@" ;;
--no-service)
  exec "$private" bash -c '
    config=$XDG_RUNTIME_DIR/bare-bus.conf
    cat >"$config" <<END
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=$XDG_RUNTIME_DIR</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
END
    dbus-run-session --config-file="$config" -- bash -c "exec \"\$@\" 2>&3 3>&-" with-keyring "$@" \
      3>&2 2>"$XDG_RUNTIME_DIR/bus.log"' with-keyring "$@"
  ;;
--empty)
  exec "$private" bash -c '
    export HOME=$HOME/fresh
    export XDG_DATA_HOME=$HOME/.local/share XDG_RUNTIME_DIR=$XDG_RUNTIME_DIR/fresh
    mkdir -p "$XDG_DATA_HOME"
    mkdir -m 700 "$XDG_RUNTIME_DIR"
    dbus-run-session -- "$CHUTES_KEYRING_DAEMON" "" "$@" 3>&2 2>"$XDG_RUNTIME_DIR/bus.log"' with-keyring "$@"
  ;;
--locked)
  exec "$private" bash -c '
    printf %s "out of reach" | secret-tool store --label="Chutes session" xdg:schema ai.chutes.Login \
      profile default issuer https://api.chutes.ai kind session
    dbus-run-session -- "$CHUTES_KEYRING_DAEMON" wrong "$@" 3>&2 2>"$XDG_RUNTIME_DIR/bus.log"' with-keyring "$@"
  ;;
esac
