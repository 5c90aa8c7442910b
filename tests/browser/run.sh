#!/usr/bin/env bash
# Runs one of this folder's tests: tests/browser/run.sh sign_in.test.mjs. Ends with 77 (skipped) where a piece is missing.
set -euo pipefail
cd "$(dirname "$0")"

for piece in node_modules/playwright-core /usr/bin/chromium; do
  if ! [[ -e $piece ]]; then
    echo "skipped: there is no $piece; tests/run.sh installs it"
    exit 77
  fi
done
exec node --test --test-reporter=spec "$@"
