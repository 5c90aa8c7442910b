#!/usr/bin/env bash
# The tests built with AddressSanitizer and UndefinedBehaviorSanitizer in build/sanitize. Arguments are passed on to ctest.
# Left out: the browser ring, which would test Chromium's patience more than our memory. tests/run.sh comes first: it
# installs what the tests need.
set -euo pipefail
cd "$(dirname "$0")/.."

cmake -C .ci/sanitize.cmake -S . -B build/sanitize -G Ninja
cmake --build build/sanitize

export ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1
export UBSAN_OPTIONS=print_stacktrace=1
exec env -u SSL_CERT_FILE -u SSL_CERT_DIR -u CURL_CA_BUNDLE \
  ctest --test-dir build/sanitize --output-on-failure -j4 -LE "browser|model" "$@" </dev/null
