#!/usr/bin/env bash
# docs/make-validation.sh GUESTS CPU [KSMSIM] > docs/validation.md: recorded beside predicted.
# GUESTS: a snapshot set; CPU: measurements of ksmd's CPU time (tests/data/cpu).
set -euo pipefail
(($# >= 2)) || { echo "usage: $0 GUESTS CPU [KSMSIM]" >&2; exit 2; }
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
ksmsim=${3:-$root/build/release/ksmsim}

cat << 'END'
# Validation

Made by `docs/make-validation.sh`; recorded figures are those of a real Linux 6.18. Scripts and
frozen guests have to be equal, counter by counter. Live guests are a prediction from snapshots ten
seconds apart: what a guest did in between is known by its result only.

How to read the live part: counters were recorded every second, so a figure at the end of a pass
was read up to a second after it. Where counters move fast (the first pass that merges, a guest that
boots or ends) that second is most of the error; a pass that ends half a second before a guest does,
and not half a second after, makes all of it.

## Lockstep scripts

END
equal=0 all=0
for script in "$root"/tests/data/recorded/*.ksm; do
  all=$((all + 1))
  "$ksmsim" lockstep "$script" --compare "${script%.ksm}.csv" > /dev/null && equal=$((equal + 1))
done
echo "$equal of $all recorded scripts give the real kernel's rows, byte for byte."
echo
"$ksmsim" validate guests "$1" --table
echo
"$ksmsim" validate cpu "$2"
