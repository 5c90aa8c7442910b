#!/usr/bin/env bash
# Signs in to the sandbox, a stand-in for Chutes on this machine, through the complete flow, and shows what you can do then:
#   packaging/demo.sh [--automatic]
# With a display and a terminal, you sign in yourself in your browser; otherwise, or with --automatic, a script does it. Uses
# a keyring of its own, and leaves no process and no file behind (except the build).
set -euo pipefail
cd "$(dirname "$0")/.."
readonly source=$PWD

# --- outside: install, build, then run this script again inside a private keyring -------------------------------------

# Prints the output of a command only if it fails.
quietly() {
  local log
  log=$(mktemp "${TMPDIR:-/tmp}/chutes-demo-build.XXXXXX")
  if ! "$@" >"$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    return 1
  fi
  rm -f "$log"
}

build_release() {
  local build=$source/build/demo
  if ! mkdir -p "$build" 2>/dev/null || ! [[ -w $build ]]; then
    build=$(mktemp -d "${TMPDIR:-/tmp}/chutes-demo.XXXXXX") # the source tree is not writable
    unneeded=$build
  fi
  echo "Building in $build (the first time takes a few minutes)"
  quietly cmake -C "$source/tests/build.cmake" -S "$source" -B "$build" -G Ninja -DCHUTES_TESTS=OFF
  quietly cmake --build "$build"
  CHUTES_DEMO_CLIENT=$(find "$build/src" -type f -name chutes-login)
  CHUTES_DEMO_SANDBOX=$(find "$build/src" -type f -name chutes-sandbox)
  export CHUTES_DEMO_CLIENT CHUTES_DEMO_SANDBOX
}

outside() {
  local unneeded=""
  trap 'rm -rf ${unneeded:+"$unneeded"}' EXIT
  packaging/install-packages.sh build run
  build_release
  CHUTES_DEMO_ASK=no
  if [[ ${1:-} != --automatic && -n ${DISPLAY:-}${WAYLAND_DISPLAY:-} && -t 0 && -t 2 ]]; then
    CHUTES_DEMO_ASK=yes
    # The browser is the user's own, so it gets the user's environment, not the private one.
    CHUTES_DEMO_ENVIRONMENT=$(export -p | grep -E ' (HOME|DISPLAY|WAYLAND_DISPLAY|XAUTHORITY|BROWSER|XDG_[A-Z_]+|DBUS_SESSION_BUS_ADDRESS)=' || true)
    export CHUTES_DEMO_ENVIRONMENT
  fi
  export CHUTES_DEMO_ASK
  CHUTES_DEMO_INSIDE=yes packaging/private-keyring.sh "$source/packaging/demo.sh"
}

# --- inside: the demonstration -----------------------------------------------------------------------------------------

bold="" cyan="" plain=""
if [[ -t 1 ]]; then
  bold=$'\033[1m' cyan=$'\033[36m' plain=$'\033[0m'
fi

say() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }

# Prints a command line as you would type it, then runs it.
show() {
  local word line=""
  for word in "$@"; do
    if [[ $word == *[^A-Za-z0-9_./:=-]* ]]; then
      word="\"$word\""
    fi
    line+=" $word"
  done
  printf '\n%s$%s%s\n' "$cyan" "$line" "$plain"
  "$@"
}

chutes-login() { "$CHUTES_DEMO_CLIENT" "$@"; }

# Starts the sandbox and points this shell at it, as a user would with eval.
start_sandbox() {
  "$CHUTES_DEMO_SANDBOX" --approve "$1" >"$place/sandbox" 2>"$place/sandbox.notes" &
  sandbox=$!
  for _ in {1..100}; do
    if grep -q '^# ready' "$place/sandbox"; then
      eval "$(grep '^export ' "$place/sandbox")"
      unset CHUTES_API_KEY # so that what follows runs on the session alone
      return
    fi
    sleep 0.1
  done
  cat "$place/sandbox.notes" >&2
  return 1
}

stop_sandbox() {
  if [[ -n ${sandbox:-} ]]; then
    kill "$sandbox" 2>/dev/null || true
    wait "$sandbox" 2>/dev/null || true
    sandbox=""
  fi
}

# Turns standard input into a program and makes it the browser.
browser_is() {
  cat >"$place/browser"
  chmod 755 "$place/browser"
  export BROWSER=$place/browser
}

# A browser without a user: follows all redirects, since the sandbox approves automatically.
scripted_browser() {
  browser_is <<'END'
#!/bin/sh
exec curl --silent --output /dev/null --location --max-time 20 "$1"
END
}

# The user's own browser, started in the user's own environment.
own_browser() {
  browser_is <<END
#!/bin/bash
unset DBUS_SESSION_BUS_ADDRESS BROWSER
$CHUTES_DEMO_ENVIRONMENT
exec xdg-open "\$1"
END
}

sign_in_by_hand() {
  start_sandbox ask
  own_browser
  say "Sign in with your browser. The users of the sandbox and their fingerprints:"
  cat "$place/sandbox.notes"
  if show chutes-login login --wait 3m; then
    return
  fi
  say "No sign-in within three minutes; a script signs in instead."
  stop_sandbox
  sign_in_by_script
}

sign_in_by_script() {
  start_sandbox auto
  scripted_browser
  show chutes-login login
}

inside() {
  place=$(mktemp -d "${TMPDIR:-/tmp}/chutes-demo.XXXXXX")
  sandbox=""
  trap 'stop_sandbox; rm -rf "$place"' EXIT
  unset SSL_CERT_FILE SSL_CERT_DIR http_proxy https_proxy all_proxy HTTPS_PROXY ALL_PROXY

  say "Sign in with Chutes, against a stand-in for the service on this machine"
  if [[ $CHUTES_DEMO_ASK == yes ]]; then
    sign_in_by_hand
  else
    sign_in_by_script
  fi

  show chutes-login whoami
  show chutes-login balance
  show chutes-login refresh
  local model
  model=$(curl --silent --fail "$CHUTES_LLM_URL/v1/models" | grep -o '"id": *"[^"]*"' | head -n 1 | cut -d'"' -f4)
  show chutes-login invoke -m "$model" "What is Sign in with Chutes?"
  show chutes-login logout

  say "To do the same with the real service, with a client you registered there:"
  cat <<'END'
  1. Register an OAuth client with the redirect URI http://127.0.0.1:28417/callback (README.md says how).
  2. export CHUTES_OAUTH_CLIENT_ID=cid_… CHUTES_OAUTH_CLIENT_SECRET=csc_… CHUTES_OAUTH_REDIRECT_URI=http://127.0.0.1:28417/callback
  3. build/demo/src/chutes-login
END
}

if [[ ${CHUTES_DEMO_INSIDE:-} == yes ]]; then
  inside
else
  outside "$@"
fi
