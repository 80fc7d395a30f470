#!/usr/bin/env bash
# The stored prices are what `ksmsim calibrate` fits to the measurements that are shipped (within
# 1 %: compilers may round the last digits otherwise).
set -euo pipefail
ksmsim=$1
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

fitted=$("$ksmsim" calibrate "$root/tests/data/cpu" |
  sed -n 's/^\([a-z_]*\) = \([0-9]*\)$/\1 \2/p')
stored=$(sed -n "s/^ *\.\([a-z_]*\) = \([0-9']*\),$/\1 \2/p" "$root/sim/cost/prices.cpp" |
  tr -d "'")
[[ $(wc -l <<< "$fitted") -eq $(wc -l <<< "$stored") ]]
join <(sort <<< "$fitted") <(sort <<< "$stored") | awk '
  { difference = $2 - $3; if (difference < 0) difference = -difference
    if (difference > 0.01 * $3 + 1) { print $1 ": fitted " $2 ", stored " $3; wrong = 1 } n++ }
  END { exit wrong || n == 0 }'
