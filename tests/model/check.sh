#!/usr/bin/env bash
# Checks the model of the refresh protocol with spin, and that each mutant of it is caught by the property named beside it.
#   tests/model/check.sh [model | strangers | MUTANT]
set -euo pipefail
cd "$(dirname "$0")"
model=$PWD/refresh.pml
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# Searches every state and prints spin's verdict. Fails if spin finds a violation, or if the search is incomplete.
search() {
  spin -a "$@" "$model" >spin.log 2>&1 || { cat spin.log; return 2; }
  ${CC:-cc} -O2 -DSAFETY -DCOLLAPSE -DMEMLIM=2048 -w -o pan pan.c
  ./pan -m1000000 >pan.log 2>&1 || true
  if grep -q 'max search depth too small\|Search not completed\|out of memory' pan.log && ! grep -q 'errors: [1-9]' pan.log; then
    cat pan.log
    return 2
  fi
  grep -q 'errors: 0' pan.log
}

check_model() { # NAME DEFINES…
  local name=$1
  shift
  if ! search "$@"; then
    cat pan.log
    echo "$name: a property does not hold" >&2
    return 1
  fi
  echo "$name: every property holds in $(sed -n 's/^ *\([0-9]*\) states, stored.*/\1/p' pan.log) states"
}

# A mutant must fail, by the assertion for the property that it breaks.
check_mutant() { # NAME EXPECTED DEFINES…
  local mutant=$1 expected=$2 status=0
  search "-D$mutant" "${@:3}" || status=$?
  if ((status == 2)); then
    return 1
  fi
  if ((status == 0)); then
    echo "$mutant: nothing was found, although it is wrong" >&2
    return 1
  fi
  if ! grep -qF "$expected" pan.log; then
    cat pan.log
    echo "$mutant: found, but not by: $expected" >&2
    return 1
  fi
  echo "$mutant: found by: $expected"
}

check() {
  case $1 in
    model)         check_model 'the model' ;;
    strangers)     check_model 'strangers' -DSTRANGERS -DCLIENTS=2 ;;
    LOCK_OF_THE_ENVIRONMENT)
                   check_mutant "$1" 'assertion violated (current>=stored)' ;;
    YOUNG_IS_DEAD) check_mutant "$1" 'assertion violated (current>=stored)' -DSTRANGERS -DCLIENTS=2 ;;
    NO_LOCK)       check_mutant "$1" 'assertion violated (current>=stored)' ;;
    NO_READ_AGAIN) check_mutant "$1" 'assertion violated ((current==good)||revoked)' ;;
    NO_MARK)       check_mutant "$1" 'assertion violated ((current==good)||revoked)' ;;
    NO_SETTLE)     check_mutant "$1" 'assertion violated ((current==good)||revoked)' ;;
    UNLOCK_EARLY)  check_mutant "$1" 'assertion violated (current>=stored)' ;;
    *)             echo "check.sh: no such mutant: $1" >&2; return 2 ;;
  esac
}

for name in "${@:-model}"; do
  if [[ $# == 0 ]]; then
    for every in model strangers NO_LOCK LOCK_OF_THE_ENVIRONMENT NO_READ_AGAIN NO_MARK NO_SETTLE UNLOCK_EARLY \
      YOUNG_IS_DEAD; do check "$every"; done
  else
    check "$name"
  fi
done
