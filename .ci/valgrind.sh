#!/usr/bin/env bash
# The client's main flows under valgrind, with the programs of tests/run.sh. An access to memory that is not ours, the use
# of what was never set, or a block that nobody can free any more ends it. The session is kept in a file: libsecret
# under valgrind takes longer than the client waits for a keychain.
set -euo pipefail
cd "$(dirname "$0")/.."

packaging/install-packages.sh run test analysis
client=$PWD/build/tests/src/chutes-login
place=$(mktemp -d "${TMPDIR:-/tmp}/chutes-valgrind.XXXXXX")
trap 'kill "${sandbox:-}" 2>/dev/null || true; rm -rf "$place"' EXIT

build/tests/src/sandbox/chutes-sandbox --approve auto >"$place/sandbox" 2>"$place/notes" &
sandbox=$!
until grep -q '^# ready' "$place/sandbox"; do
  kill -0 "$sandbox"
  sleep 0.1
done
# shellcheck disable=SC2154 # CHUTES_API_KEY is one of them
eval "$(grep '^export ' "$place/sandbox")"
management_key=$CHUTES_API_KEY
unset CHUTES_API_KEY SSL_CERT_FILE SSL_CERT_DIR
cat >"$place/browser" <<"END"
#!/bin/sh
exec curl --silent --output /dev/null --location --max-time 60 "$1"
END
chmod 755 "$place/browser"
export BROWSER=$place/browser HOME=$place XDG_RUNTIME_DIR=$place CHUTES_STORE=plaintext

# Runs a command line that is to end with a certain exit code.
count=0
ends_with() {
  local expected=$1 code=0
  shift
  valgrind --quiet --leak-check=full --show-leak-kinds=definite --errors-for-leak-kinds=definite --error-exitcode=99 \
    --log-file="$place/report" "$client" "$@" >"$place/out" 2>"$place/err" </dev/null || code=$?
  if ((code != expected)); then
    printf 'valgrind.sh: chutes-login %s ended with %s instead of %s\n' "$*" "$code" "$expected" >&2
    cat "$place/report" "$place/err" >&2
    exit 1
  fi
  count=$((count + 1))
}

model=deepseek-ai/DeepSeek-V3.2-TEE
ends_with 3 whoami
ends_with 0 login
ends_with 0 whoami
ends_with 0 balance --json
ends_with 0 status --check
ends_with 0 refresh
ends_with 0 token
ends_with 0 introspect
ends_with 0 models
ends_with 0 chutes
ends_with 0 exec -- true
ends_with 0 invoke -m "$model" "Say hello"
ends_with 0 invoke -m "$model" --no-stream --json "Say hello"
ends_with 6 invoke -m nobody/nothing "Say hello"
for number in {1..20}; do printf '{"messages": [{"role": "user", "content": "line %s"}]}\n' "$number"; done >"$place/lines"
ends_with 0 invoke -m "$model" --batch "$place/lines" -o "$place/results"
ends_with 0 logout
CHUTES_API_KEY=$management_key ends_with 0 app list
ends_with 2 invoke --frob
ends_with 0 completion bash
ends_with 0 help exit-codes
echo "$count command lines, and valgrind has nothing to say"
