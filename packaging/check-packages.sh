#!/usr/bin/env bash
# Checks a release: packaging/check-packages.sh [--twice|--here] [DIRECTORY] (default: build/release-files, built if missing).
# Runs lintian and rpmlint, checks the hardening of the programs, and installs, upgrades, removes and purges the packages in a
# clean Debian 12. --twice builds the release a second time and compares every byte; --here skips the clean Debian, which is
# downloaded from a mirror.
set -euo pipefail
cd "$(dirname "$0")/.."

mode=once
if [[ ${1:-} == --* ]]; then
  mode=${1#--}
  shift
fi
packaging/install-packages.sh release package-check
files=${1:-build/release-files}
if ! [[ -e $files/SHA256SUMS ]]; then
  packaging/release.sh "$files"
fi
files=$(realpath "$files")

work=$(mktemp -d "${TMPDIR:-/tmp}/chutes-packages.XXXXXX")
trap 'rm -rf "$work"' EXIT
failures=0

step() { printf -- '-- %s\n' "$1"; }
fail() {
  printf 'check-packages: %s\n' "$1" >&2
  failures=$((failures + 1))
}

step "checksums"
(cd "$files" && sha256sum --quiet --check SHA256SUMS) || fail "a file does not match SHA256SUMS"

step "lintian"
lintian --fail-on error,warning,info "$files"/*.deb "$files"/*.dsc || fail "lintian reports problems"

step "rpm and rpmlint"
rpm --checksig --nosignature "$files"/*.rpm >/dev/null || fail "rpm reports a damaged package"
rpmlint --config packaging/rpmlint.toml "$files"/*.rpm packaging/chutes-login.spec || fail "rpmlint reports problems"

step "hardening"
mkdir "$work/deb" "$work/rpm"
for package in "$files"/*.deb; do dpkg-deb --extract "$package" "$work/deb"; done
for package in "$files"/*.rpm; do (cd "$work/rpm" && rpm2cpio "$package" | cpio -idm --quiet); done
for program in "$work"/{deb,rpm}/usr/bin/chutes-{login,sandbox}; do
  hardening-check --quiet --nocfprotection "$program" || fail "$program is not hardened"
  if ! readelf -lW "$program" | grep -q 'GNU_STACK.* RW '; then
    fail "$program has an executable stack"
  fi
done

if [[ $mode != here ]]; then
  step "installed, upgraded, removed and purged in a clean Debian 12"
  for package in "$files"/*.deb; do # the same package as an older version, to upgrade from
    dpkg-deb --raw-extract "$package" "$work/before"
    sed -i 's/^Version: .*/Version: 0.0.1-1/' "$work/before/DEBIAN/control"
    dpkg-deb --build --root-owner-group "$work/before" "$work" >/dev/null
    rm -r "$work/before"
  done
  mapfile -t sources < <(find /etc/apt -name '*.sources' -o -name '*.list' | sort)
  chroot=$([[ $(id -u) == 0 ]] && echo root || echo unshare)
  if ! mmdebstrap --quiet --mode="$chroot" --variant=apt --customize-hook="$PWD/packaging/check-in-root.sh '$files' '$work' \"\$1\"" \
    bookworm /dev/null "${sources[@]}" >"$work/root.log" 2>&1; then
    cat "$work/root.log" >&2
    fail "installing, upgrading or removing the packages in a clean Debian 12 failed"
  fi
fi

if [[ $mode == twice ]]; then
  step "second build of the release"
  CCACHE_DISABLE=1 packaging/release.sh "$work/again"
  diff "$files/SHA256SUMS" "$work/again/SHA256SUMS" || fail "the second build differs from the first"
fi

if ((failures)); then
  exit 1
fi
step "all is well"
