#!/usr/bin/env bash
# Everything that can be said about the sources without running them; with the compile commands of build/lint.
set -euo pipefail
cd "$(dirname "$0")/.."

mapfile -t scripts < <(git ls-files '*.sh' .ci/run)
mapfile -t sources < <(git ls-files 'src/*.cpp' 'src/*.hpp' 'tests/*.cpp' 'tests/*.hpp')

echo "-- includes point down"
.ci/check_includes.sh

echo "-- shellcheck: ${#scripts[@]} scripts"
shellcheck --external-sources "${scripts[@]}"

echo "-- clang-format: ${#sources[@]} files"
clang-format --dry-run -Werror "${sources[@]}"

# What tests/run.sh has generated, as installed.
cmake --build build/tests --target documents >/dev/null
documents=build/tests/documents
pages=("$documents"/man/*.1)
echo "-- manual: ${#pages[@]} pages"
mandoc -T lint -W warning "${pages[@]}"
for page in "${pages[@]}"; do
  if [[ -n $(LC_ALL=C.UTF-8 MANWIDTH=100 man --warnings -l "$page" 2>&1 >/dev/null) ]]; then
    echo "lint.sh: man --warnings has something to say of $page" >&2
    exit 1
  fi
done

echo "-- completions"
shellcheck --shell=bash "$documents/completions/chutes-login.bash"
zsh -n "$documents/completions/_chutes-login"
fish -n "$documents/completions/chutes-login.fish"

echo "-- cppcheck"
mkdir -p build/lint/cppcheck
cppcheck --std=c++20 --language=c++ --enable=warning,performance,portability --suppressions-list=.ci/cppcheck.suppressions \
  --suppress=missingIncludeSystem -I src -j "$(nproc)" --cppcheck-build-dir=build/lint/cppcheck --quiet --error-exitcode=1 src

# clang-tidy takes about ten seconds a file and core, once (.ci/tidy.sh): the client, and with --all the sandbox too.
units_of=('src/*.cpp' ':!src/sandbox')
if [[ ${1:-} == --all ]]; then
  units_of=('src/*.cpp')
fi
mapfile -t units < <(git ls-files "${units_of[@]}")
echo "-- clang-tidy: ${#units[@]} files"
cmake -S . -B build/lint -G Ninja -DCHUTES_TESTS=OFF -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON >/dev/null
printf '%s\n' "${units[@]}" |
  xargs -P "$(nproc)" -n 1 .ci/tidy.sh 2> >(grep -vE 'warnings? generated' >&2)
