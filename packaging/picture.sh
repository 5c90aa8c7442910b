#!/usr/bin/env bash
# Makes packaging/sign-in.png, the picture in README, from a real sign-in to the sandbox. tests/run.sh comes first: it
# installs Chromium and builds the programs.
set -euo pipefail
cd "$(dirname "$0")/.."

packaging/install-packages.sh run test picture
exec packaging/private-keyring.sh node packaging/picture.mjs packaging/sign-in.png
