#!/usr/bin/env bash
# The summary that the README shows is the one that the program prints for the shipped example.
set -euo pipefail
ksmsim=$1
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

shown=$(sed -n '/^## What comes out/,/^## What if/ { /^    [a-zK ]/ s/^    //p }' \
  "$root/README.md" | sed '/^recorded guests/,$d')
printed=$("$ksmsim" --trace "$root/traces/examples/three-debian-guests.bin")
if [[ $shown != "$printed" ]]; then
  diff <(printf '%s\n' "$shown") <(printf '%s\n' "$printed") || true
  echo "README.md shows another summary than the program prints" >&2
  exit 1
fi
