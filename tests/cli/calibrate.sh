#!/usr/bin/env bash
# The stored prices are what `ksmsim calibrate` fits to the measurements that are shipped (within
# 1 %: compilers may round the last digits otherwise).
set -euo pipefail
ksmsim=$1
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT

"$ksmsim" calibrate "$root/tests/data/cpu" |
  sed -n 's/^\([a-z_]*\) = \([0-9]*\)\(  #.*\)*$/\1 \2/p' | sort > "$place/fitted"
sed -n "s/^ *\.\([a-z_]*\) = \([0-9']*\),$/\1 \2/p" "$root/sim/cost/prices.cpp" |
  tr -d "'" | sort > "$place/stored"
[[ $(wc -l < "$place/fitted") -eq $(wc -l < "$place/stored") ]]
join "$place/fitted" "$place/stored" | awk '
  { difference = $2 - $3; if (difference < 0) difference = -difference
    if (difference > 0.01 * $3 + 1) { print $1 ": fitted " $2 ", stored " $3; wrong = 1 } n++ }
  END { exit wrong || n == 0 }'
