#!/usr/bin/env bash
# Guests that were captured while a real KSM merged them: at the ends of passes the replay has the
# host's pages_sharing within 5 %, from the first pass on that merges (the second).
source "$(dirname "${BASH_SOURCE[0]}")/checks.bash"

exits 0 validate trace "$data/captured/small-pages.bin"
awk -F '|' '$2 + 0 >= 2 && NF == 11 {
    recorded = $7 + 0; predicted = $8 + 0; ++passes
    if (predicted < 0.95 * recorded || predicted > 1.05 * recorded) print
  }
  END { if (passes < 8) print "only " passes + 0 " passes" }' stdout.txt > off.txt
[[ ! -s off.txt ]] || fail "$(cat off.txt)"

refuses 'none.bin' validate trace none.bin
make_trace guests.bin
refuses 'has no counters of its host' validate trace guests.bin
finish
