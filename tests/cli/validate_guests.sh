#!/usr/bin/env bash
# ksmsim validate guests: recorded counters of a real kernel beside the simulator's.
source "$(dirname "$0")/checks.bash"

exits 0 validate guests --frozen-only "$data/guests-frozen"
says '## Frozen guests'
says_not 'recorded '"'"

# One recorded number, changed by one, is named.
mkdir changed
cp "$data"/guests-frozen/* changed
number=$(grep -oE '"pages_sharing": ?[0-9]+' changed/meta.json | grep -vE ': ?0$' | tail -n 1 |
  grep -oE '[0-9]+$')
sed -i -E "s/(\"pages_sharing\": ?)$number\\b/\\1$((number + 1))/" changed/meta.json
exits 1 validate guests --frozen-only changed
says "pages_sharing is $number, recorded $((number + 1))"
says 'end of pass'

refuses 'meta.json' validate guests missing
mkdir empty
refuses 'meta.json' validate guests empty
refuses 'placement' validate guests --placement nowhere "$data/guests-frozen"
refuses '--kernel' validate guests --kernel 2.4 "$data/guests-frozen"

finish
