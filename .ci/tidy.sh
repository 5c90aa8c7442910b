#!/usr/bin/env bash
# clang-tidy for one file with the compile commands of build/lint: .ci/tidy.sh src/cli/login.cpp. A file that was found
# clean is not looked at again until it, a header it includes, the checks or clang-tidy itself change: the proof is kept
# under its preprocessed text in ~/.cache, as ccache does for objects.
set -euo pipefail
cd "$(dirname "$0")/.."

file=$1
cache=${XDG_CACHE_HOME:-$HOME/.cache}/chutes-login-tidy
mkdir -p "$cache"

preprocessed() {
  /usr/bin/python3 - "$PWD/$file" <<'PYTHON'
import json
import shlex
import subprocess
import sys

entry = next(entry for entry in json.load(open("build/lint/compile_commands.json")) if entry["file"] == sys.argv[1])
words = [word for word in shlex.split(entry["command"]) if not word.endswith("ccache")]
kept = [word for word in words[1:] if word.startswith(("-D", "-I", "-std", "-isystem", "/"))]
# Comments stay (NOLINT), line markers go (the folder's name).
subprocess.run(["clang++", "-E", "-P", "-C", *[word for word in kept if not word.endswith((".o", ".cpp"))], sys.argv[1]],
               check=True)
PYTHON
}

key=$({ clang-tidy --version && cat .clang-tidy && preprocessed; } | sha256sum | cut -d' ' -f1)
if [[ ! -e $cache/$key ]]; then
  clang-tidy -p build/lint --quiet --extra-arg=-Wno-unknown-warning-option "$file"
  touch "$cache/$key"
fi
