#!/usr/bin/env bash
# Installs the Debian packages that a purpose needs, and only those that are missing:
#   packaging/install-packages.sh build|run|test|bench|lint|release|package-check|analysis|picture …
set -euo pipefail

# One entry each: "package", "package|other" (either is enough; the first is installed), or "package=command" (not installed
# if the command is already available).
packages_for() {
  case $1 in
    build) echo "g++ cmake ninja-build pkg-config ca-certificates" \
                "libcli11-dev libcpp-httplib-dev libssl-dev nlohmann-json3-dev libpcre2-dev libpsl-dev libsecret-1-dev libsystemd-dev" ;;
    run)   echo "libpcre2-8-0 libpsl5|libpsl5t64 libsecret-1-0 gnome-keyring dbus-daemon dbus-bin dbus-x11|dbus-user-session curl=curl procps" ;;
    test)  echo "doctest-dev git=git openssl=openssl python3 python3-cryptography python3-secretstorage libsecret-tools keepassxc strace faketime microsocks spin xvfb=Xvfb xdotool=xdotool mandoc man-db parallel zsh fish bash-completion tmux" \
                "libtest-json-schema-acceptance-perl" \
                "chromium nodejs=node npm=npm" ;;
    bench) echo "curl=curl nginx-light|nginx=nginx libsecret-tools openssl=openssl jq=jq nodejs=node npm=npm python3 python3-secretstorage" \
                "zsh fish bash-completion tmux" ;;
    release) echo "git=git binutils debhelper dpkg-dev fakeroot rpm python3" ;;
    analysis) echo "valgrind gcovr" ;;
    picture) echo "aha pngquant" ;;
    package-check) echo "lintian rpmlint devscripts mmdebstrap" ;;
    lint)  echo "ccache git=git clang-format clang-tidy cppcheck shellcheck mandoc man-db zsh fish clang libclang-rt-dev" ;;
    *)     echo "install-packages.sh: unknown purpose: $1 (give build, run, test, bench, lint, release, package-check, analysis, picture)" >&2; return 2 ;;
  esac
}

installed() { dpkg-query -W -f '${db:Status-Abbrev}' "$1" 2>/dev/null | grep -q '^ii'; }

# Whether one entry is satisfied on this machine.
satisfied() {
  local entry=$1 name
  if [[ $entry == *=* ]] && command -v "${entry#*=}" >/dev/null; then
    return 0
  fi
  for name in ${entry//|/ }; do
    if installed "${name%=*}"; then
      return 0
    fi
  done
  return 1
}

as_root() {
  if [[ $(id -u) == 0 ]]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    echo "install-packages.sh: packages are missing, and installing them requires root or sudo; run as root:" >&2
    echo "  apt-get install ${missing[*]}" >&2
    return 1
  fi
}

if ! command -v dpkg-query >/dev/null; then
  echo "install-packages.sh: not a Debian system; install the packages that src/build_settings.cmake looks for yourself" >&2
  exit 0
fi

missing=()
for purpose in "$@"; do
  wanted=$(packages_for "$purpose")
  for entry in $wanted; do
    if ! satisfied "$entry"; then
      first=${entry%%|*}
      missing+=("${first%%=*}")
    fi
  done
done

if ((${#missing[@]})); then
  echo "Installing ${missing[*]}" >&2
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq update >&2
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install "${missing[@]}" >&2
fi
