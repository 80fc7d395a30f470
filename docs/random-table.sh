#!/usr/bin/env bash
# docs/random-table.sh: what `ksmsim verify --random` said on real kernels, kept in
# tests/data/verified, as a table of a line each.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
echo '| kernel | random scripts | rows | scripts that differ | left out there |'
echo '|---|---|--:|--:|---|'
for said in "$root"/tests/data/verified/*.txt; do
  kernel=$(sed -n 's/^kernel \(.*\), taken for profile .*/\1/p' "$said")
  scripts=$(sed -n 's/^\([0-9]* \)random scripts, \(seeds .*\)/\1(\2)/p' "$said")
  left_out=$(sed -n 's/^random scripts left out for that: //p' "$said")
  rows=$(awk -F '|' '$2 == " all " { print $4 }' "$said")
  differ=$(awk -F '|' '$2 == " all " { print $(NF - 1) }' "$said")  # The last column.
  echo "| $kernel | $scripts |$rows|$differ| ${left_out:-nothing} |"
done
