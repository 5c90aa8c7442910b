#!/usr/bin/env bash
# Compares chutes-login with its rivals, in turns, and prints one table of ratios; README.md says how they are meant.
#   tests/bench/run.sh [--short] [--only NAME]… [--output FILE]
# Builds both programs in build/bench; CHUTES_LOGIN_PROGRAM and CHUTES_SANDBOX_PROGRAM name others (a release's) to measure.
set -euo pipefail
cd "$(dirname "$0")/../.."

packaging/install-packages.sh build run bench

cmake -C tests/build.cmake -S . -B build/bench -G Ninja -DCHUTES_TESTS=OFF -DCHUTES_BENCH=ON >/dev/null
targets=(bench_tools)
if [[ -z ${CHUTES_LOGIN_PROGRAM:-} ]]; then
  targets+=(chutes-login)
fi
if [[ -z ${CHUTES_SANDBOX_PROGRAM:-} ]]; then
  targets+=(chutes-sandbox)
fi
cmake --build build/bench --target "${targets[@]}" >&2

undici=tests/bench/undici
if ! [[ $undici/node_modules/.package-lock.json -nt $undici/package-lock.json ]]; then
  npm ci --prefix "$undici" --no-audit --no-fund --loglevel=error >&2
fi

# What this machine says about proxies and certificates must not decide who is faster.
scrubbed=()
for variable in SSL_CERT_FILE SSL_CERT_DIR CURL_CA_BUNDLE NODE_EXTRA_CA_CERTS {http,https,all,no,ftp}_proxy \
  {HTTP,HTTPS,ALL,NO,FTP}_PROXY; do
  scrubbed+=(-u "$variable")
done

exec env "${scrubbed[@]}" PYTHONDONTWRITEBYTECODE=1 packaging/private-keyring.sh /usr/bin/python3 tests/bench/run.py \
  --program "${CHUTES_LOGIN_PROGRAM:-build/bench/src/chutes-login}" \
  --sandbox "${CHUTES_SANDBOX_PROGRAM:-build/bench/src/sandbox/chutes-sandbox}" \
  --tools build/bench/tests/bench "$@"
