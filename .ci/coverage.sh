#!/usr/bin/env bash
# Which lines the tests reach: builds with gcov's counters in build/coverage, runs the tests, and prints the share of lines
# a folder and the files that are least covered; the whole list is build/coverage/coverage.json. tests/run.sh comes
# first: it installs what the tests need.
set -euo pipefail
cd "$(dirname "$0")/.."

packaging/install-packages.sh analysis
cmake -S . -B build/coverage -G Ninja -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS="--coverage -fprofile-update=atomic" \
  -DCHUTES_WARNINGS_AS_ERRORS=OFF >/dev/null
cmake --build build/coverage
find build/coverage -name '*.gcda' -delete

# A test that fails here is no reason to say nothing of the others. The storms would take hours: each of their thousands of
# processes writes a counter file for every source.
env -u SSL_CERT_FILE -u SSL_CERT_DIR -u CURL_CA_BUNDLE \
  ctest --test-dir build/coverage --output-on-failure -j2 -LE "browser|model|storm" "$@" </dev/null || true

gcovr --root . --object-directory build/coverage --filter 'src/' --exclude-throw-branches --exclude-unreachable-branches \
  --gcov-ignore-parse-errors --json-summary build/coverage/summary.json --json build/coverage/coverage.json >/dev/null
/usr/bin/python3 - <<'PYTHON'
import collections
import json

files = json.load(open("build/coverage/summary.json"))["files"]
folders = collections.defaultdict(lambda: [0, 0])
for file in files:
    for folder in (file["filename"].split("/")[1], "all"):
        folders[folder][0] += file["line_covered"]
        folders[folder][1] += file["line_total"]
for folder, (covered, total) in sorted(folders.items()):
    print(f"{folder:12} {covered:6} of {total:6} lines  {100 * covered / total:5.1f} %")
print("least covered:")
for file in sorted((file for file in files if file["line_total"] >= 10), key=lambda file: file["line_percent"])[:15]:
    print(f"  {file['line_percent']:5.1f} %  {file['filename']}")
PYTHON
