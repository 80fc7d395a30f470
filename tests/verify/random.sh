#!/usr/bin/env bash
# random.sh KSMSIM N SEED: so many random scripts, on this machine's kernel and on the simulated.
source "$(dirname "$0")/live.bash"
knobs > before
verify --random "$2" --seed "$3" --keep "${KSMSIM_KEEP:-$place/keep}"
cat out err
((status == 0)) || fail "exit status $status"
grep -q "^| all | $2 | .* | 0 |\$" out || fail 'not all scripts were verified'
knobs | diff before - || fail 'the knobs are not as before'
