#!/usr/bin/env bash
# docs/make-scenarios.sh: builds, and writes the tables of the models into docs/scenarios.md.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
source "$root/.ci/prepare.sh"

install_packages build
build_preset release ksmsim

page=$(mktemp "$root/docs/scenarios.XXXXXX")
trap 'rm -f "$page"' EXIT
sed '/^<!-- ksmsim models/q' "$root/docs/scenarios.md" > "$page"
"$root/build/release/ksmsim" models --markdown >> "$page"
sed -n '/^<!-- end -->/,$p' "$root/docs/scenarios.md" >> "$page"
chmod 644 "$page"
mv "$page" "$root/docs/scenarios.md"
