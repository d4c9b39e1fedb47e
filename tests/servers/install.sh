#!/usr/bin/env bash
# Installs the servers and the browser that the tests start, as far as they are missing (Debian's packages; needs root or sudo).
set -euo pipefail

as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo)

missing=()
command -v chromium > /dev/null || missing+=(chromium)
ls /usr/lib/postgresql/*/bin/initdb > /dev/null 2>&1 || missing+=(postgresql)
command -v redis-server > /dev/null || missing+=(redis-server)
command -v mvn > /dev/null || missing+=(maven)
command -v systemd-analyze > /dev/null || missing+=(systemd)
command -v ip > /dev/null || missing+=(iproute2)
tesseract --list-langs 2> /dev/null | grep -qx vie || missing+=(tesseract-ocr tesseract-ocr-vie)
fc-list 2> /dev/null | grep -qi 'noto sans' || missing+=(fonts-noto-core)

if [ "${#missing[@]}" -gt 0 ]; then
  echo "Installing ${missing[*]}"
  "${as_root[@]}" apt-get update -qq
  DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" > /dev/null
fi
