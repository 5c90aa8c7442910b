#!/usr/bin/env bash
# Installs, upgrades, removes and purges the packages in ROOT, a new Debian system; mmdebstrap runs it for check-packages.sh:
#   check-in-root.sh NEW-PACKAGES OLD-PACKAGES ROOT
set -euo pipefail
new=$1 old=$2 root=$3

run() { chroot "$root" "$@"; }
# Runs the new system's own dpkg, which sees no file outside of ROOT.
get() {
  APT_CONFIG=$MMDEBSTRAP_APT_CONFIG apt-get --yes --quiet --no-install-recommends --option DPkg::Chroot-Directory="$root" "$@"
}
remark() { printf 'check-in-root: %s\n' "$1" >&2; }
must() { "$@" || { remark "failed: $*"; exit 1; }; }
# Lists all files that a package could leave behind: all but the records of dpkg, apt and the loader.
everything() {
  (cd "$root" && find tmp etc usr var/lib root home -xdev \
    ! -path 'var/lib/dpkg/*' ! -path 'var/lib/apt/*' ! -path 'etc/ld.so.cache' ! -path 'etc/alternatives/README' | sort)
}

get install libpcre2-8-0 libpsl5 libsecret-1-0 libcpp-httplib0.11 >/dev/null
everything >"$old/before"

for release in "$old" "$new"; do
  cp "$release"/chutes-login_*.deb "$release"/chutes-sandbox_*.deb "$root/tmp"
  run sh -c 'dpkg --install /tmp/*.deb'
  rm "$root"/tmp/*.deb
done
must run chutes-login --version
must run chutes --version
must run chutes-sandbox --help >/dev/null
for file in man/man1/chutes-login.1.gz man/man1/chutes.1.gz man/man1/chutes-sandbox.1.gz \
  bash-completion/completions/chutes-login bash-completion/completions/chutes zsh/vendor-completions/_chutes-login \
  fish/vendor_completions.d/chutes-login.fish fish/vendor_completions.d/chutes.fish doc/chutes-login/copyright; do
  must run test -s "/usr/share/$file"
done
must run sh -c 'readlink -f /usr/bin/chutes | grep -qx /usr/bin/chutes-login'

run dpkg --remove chutes-login chutes-sandbox
if run test -e /usr/bin/chutes || run test -L /usr/bin/chutes; then
  remark "the short name is still there after removal"
  exit 1
fi
run dpkg --purge chutes-login chutes-sandbox
everything >"$old/after"
must diff "$old/before" "$old/after"
