#!/usr/bin/env bash
# Installs what the tests need, builds, and runs every test; arguments are passed on to ctest (tests/run.sh -R keychain).
set -euo pipefail
cd "$(dirname "$0")/.."

packaging/install-packages.sh build run test

# What this machine says about proxies, certificates and displays must not decide whether a test passes.
scrubbed=()
for variable in SSL_CERT_FILE SSL_CERT_DIR CURL_CA_BUNDLE {http,https,all,no,ftp}_proxy {HTTP,HTTPS,ALL,NO,FTP}_PROXY; do
  scrubbed+=(-u "$variable")
done

cmake -C tests/build.cmake -S . -B build/tests -G Ninja -DCHUTES_TESTS=ON
cmake --build build/tests

# npm's clients of the sandbox and of the pages, and its provider; the lock files say which, so a folder that is up to date is left alone.
while read -r lock; do
  folder=$(dirname "$lock")
  if ! [[ $folder/node_modules/.package-lock.json -nt $lock ]]; then
    npm ci --prefix "$folder" --no-audit --no-fund --loglevel=error
  fi
done < <(find tests \( -name node_modules -o -path tests/bench \) -prune -o -name package-lock.json -print)

# Four at once: most of them wait more than they compute.
exec env "${scrubbed[@]}" ctest --test-dir build/tests --output-on-failure -j4 "$@"
