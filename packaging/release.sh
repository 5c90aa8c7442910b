#!/usr/bin/env bash
# Builds a release of the current commit: packaging/release.sh [DIRECTORY] (default: build/release-files).
# Writes the tarball, Debian packages, RPM packages, a software bill of materials, and their checksums. The build is
# reproducible: the same commit gives the same bytes on the same system. Uncommitted changes are not included.
set -euo pipefail
cd "$(dirname "$0")/.."

packaging/install-packages.sh build release
output=${1:-build/release-files}
mkdir -p "$output"
output=$(realpath "$output")
version=$(sed -nE 's/^project\(chutes-login VERSION ([0-9.]+) .*/\1/p' CMakeLists.txt)
name=chutes-login-$version
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH
unset CXXFLAGS CPPFLAGS LDFLAGS # a release does not depend on the flags of the caller's shell

# Uses ccache if it is installed; with CCACHE_DISABLE=1 everything is compiled from scratch.
if command -v ccache >/dev/null; then
  CCACHE_DIR=$(ccache --get-config cache_dir) # debhelper gives its builds a home of their own
  export CCACHE_DIR CCACHE_NOHASHDIR=true CMAKE_CXX_COMPILER_LAUNCHER=ccache
fi
# ccache names a source from the build's folder where the compiler alone is given a full path: ../src/x.cpp, or src/x.cpp for
# one that is generated.
same_names() { echo "-ffile-prefix-map=..=. -ffile-prefix-map=$1/="; }

work=$(mktemp -d "${TMPDIR:-/tmp}/chutes-release.XXXXXX")
trap 'rm -rf "$work"' EXIT

step() { printf -- '-- %s\n' "$1" >&2; }

# Prints the output of a command only if it fails.
quietly() {
  if ! "$@" >"$work/log" 2>&1; then
    cat "$work/log" >&2
    return 1
  fi
}

make_tarball() {
  step "$name.tar.gz"
  git archive --format=tar --prefix="$name/" HEAD | gzip -n9 >"$output/$name.tar.gz"
}

# Debian's tools expect the folder debian/, which is packaging/debian/ here.
make_deb() {
  local tree=$work/deb/$name
  step "Debian packages"
  mkdir -p "$work/deb"
  cp "$output/$name.tar.gz" "$work/deb/chutes-login_$version.orig.tar.gz"
  tar -xzf "$output/$name.tar.gz" -C "$work/deb"
  cp -r "$tree/packaging/debian" "$tree/debian"
  (cd "$tree" && export CCACHE_BASEDIR=$tree && DEB_CXXFLAGS_APPEND=$(same_names "$tree/obj-$(dpkg-architecture -qDEB_HOST_MULTIARCH)") &&
    export DEB_CXXFLAGS_APPEND && quietly dpkg-buildpackage --unsigned-source --unsigned-changes --build=full)
  cp "$work"/deb/*.{deb,dsc,debian.tar.xz,orig.tar.gz} "$output/"
}

# On other distributions rpm's own flags harden the programs; not on Debian.
make_rpm() {
  local flags
  step "RPM packages"
  flags="-O2 -ffile-prefix-map=$work/rpm/BUILD/$name=. $(same_names "$work/rpm/BUILD/$name/build")"
  mkdir -p "$work"/rpm/{BUILD,SOURCES}
  cp "$output/$name.tar.gz" "$work/rpm/SOURCES/"
  # --nodeps: on Debian, rpm's database does not know the build dependencies.
  CCACHE_BASEDIR=$work/rpm/BUILD/$name quietly rpmbuild -bb --nodeps --define "_topdir $work/rpm" --define "release_version $version" \
    --define "release_flags $flags" --define "_buildhost localhost" --define "use_source_date_epoch_as_buildtime 1" \
    --define "clamp_mtime_to_source_date_epoch 1" packaging/chutes-login.spec
  cp "$work"/rpm/RPMS/*/*.rpm "$output/"
}

make_bill_of_materials() {
  step "software bill of materials"
  mkdir -p "$work/unpacked"
  dpkg-deb --extract "$output"/chutes-login_"$version"-*.deb "$work/unpacked"
  dpkg-deb --extract "$output"/chutes-sandbox_"$version"-*.deb "$work/unpacked"
  packaging/bill_of_materials.py --version "$version" --time "$SOURCE_DATE_EPOCH" \
    "$work/unpacked/usr/bin/chutes-login" "$work/unpacked/usr/bin/chutes-sandbox" >"$output/$name.cdx.json"
}

make_checksums() {
  step "checksums"
  (cd "$output" && sha256sum -- *) >"$work/sums"
  cp "$work/sums" "$output/SHA256SUMS"
}

find "$output" -mindepth 1 -maxdepth 1 -type f -delete
make_tarball
make_deb
make_rpm
make_bill_of_materials
make_checksums
step "all in $output"
