#!/usr/bin/env bash
# Fuzzes what reads other people's bytes, SECONDS each (20 if not given; hours by hand), two at a time:
# .ci/fuzz.sh [SECONDS [TARGET …]]. Inputs that taught the fuzzer something stay in build/fuzz/corpus and serve the next
# run; one that breaks a promise is left in build/fuzz/findings, and belongs into tests/fuzz/seeds with its fix.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${1:-20}
shift || true
targets=("$@")
if ((${#targets[@]} == 0)); then
  mapfile -t targets < <(find tests/fuzz/seeds -mindepth 1 -maxdepth 1 -printf '%f\n' | sort)
fi

cmake -C .ci/fuzz.cmake -S . -B build/fuzz -G Ninja >/dev/null
cmake --build build/fuzz --target "${targets[@]/#/fuzz_}"

fuzz() {
  local target=$1 log=build/fuzz/$1.log words=tests/fuzz/dictionaries/$1 dictionary=()
  mkdir -p "build/fuzz/corpus/$target" build/fuzz/findings
  [[ ! -e $words ]] || dictionary=("-dict=$words")
  if ! "build/fuzz/tests/fuzz/fuzz_$target" -max_total_time="$2" -max_len=12288 -timeout=5 -rss_limit_mb=1024 \
    "${dictionary[@]}" -artifact_prefix="build/fuzz/findings/$target-" "build/fuzz/corpus/$target" "tests/fuzz/seeds/$target" 2>"$log"; then
    cat "$log" >&2
    return 1
  fi
  printf '%-16s %s\n' "$target" "$(tail -n 1 "$log")"
}
export -f fuzz
printf '%s\n' "${targets[@]}" | xargs -P 2 -I{} bash -c 'fuzz {} '"$seconds"
