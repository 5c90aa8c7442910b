#!/usr/bin/env bash
# Takes packaging/sign-in.png, the picture in README.md, of a real sign-in to the sandbox. Run tests/run.sh first: it
# installs Chromium and builds the programs.
set -euo pipefail
cd "$(dirname "$0")/.."

packaging/install-packages.sh run test picture
exec packaging/private-keyring.sh node packaging/picture.mjs packaging/sign-in.png
