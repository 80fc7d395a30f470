#!/usr/bin/env bash
# docs/make-validation.sh GUESTS CPU [KSMSIM] > docs/validation.md: recorded beside predicted.
# GUESTS: a snapshot set; CPU: measurements of ksmd's CPU time (tests/data/cpu).
set -euo pipefail
(($# >= 2)) || { echo "usage: $0 GUESTS CPU [KSMSIM]" >&2; exit 2; }
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
ksmsim=${3:-$root/build/release/ksmsim}

cat << 'END'
# Validation

Made by `docs/make-validation.sh`; recorded figures are those of a real Linux 6.18 unless another
is named. Scripts and frozen guests have to be equal, counter by counter. Live guests are a
prediction from snapshots ten seconds apart: what a guest did in between is known by its result
only.

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
echo "$equal of $all recorded scripts of 6.18 give the real kernel's rows, byte for byte."
cat << 'END'

## Which rules are recorded, and which are read

*Recorded (N)*: N scripts of that kind, carried out by a real kernel of the profile, give its rows,
byte for byte. *Read*: from sources only. A script counts for every kind of operation in it.

END
"$root/docs/recorded-table.sh" "$ksmsim"
cat << 'END'

5.10 counts for 6.1, and 7.2 for 6.18, as profiles go; 6.19, 7.0 and 7.1 gave the rows of 7.2. 6.17
differs from 6.18 in one rule of huge pages alone, 6.16 in that and in two numbers after a fork, and
7.3 in one rule: merged items forget. Where one of these is read only, the recordings of its
neighbours stand for it.

## Random scripts on real kernels

By `ksmsim verify --random`: 6.18.44 on a machine of its own (one node, no swap), the others in QEMU
(`tests/kernels/verify-guest.sh`) with two NUMA nodes and swap on a RAM disk.

END
"$root/docs/random-table.sh"
cat << 'END'

What differed on the way, and why:
- *An error of the simulator*, found on 6.12 by two scripts of the first 500 (`huge-fork-338`,
  `huge-zero-371`): since 6.2 or 6.3 unmerging (`run` 2, advice, an undone merge) maps the copy
  read-only until it is written, and up to 6.12 a block of nothing but read-only pages does not
  become huge. The simulator took the copies for writable. A rule of its own now (`Unmerged` in
  `sim/mem/memory_rules.hpp`), with `huge-47` and `huge-48` recorded on three kernels to show it.
- *Another*, found on 6.18 by one script of 2000 (`huge-pin-2026`): a page of a huge page is pinned
  and then discarded; the pin goes on holding the huge page, which cannot be split until it is let
  go of. The simulator forgot the pin with the discarded page. Recorded; the rule is in
  `sim/mem/sites.cpp` (`let_go_of_pinned`).
- *An error of the runner*, found on 6.18 by two scripts of 2000 (`pins-1891`, `pins-2437`): a page
  that is pinned, discarded and pinned again is another page; the runner took it for the one it held
  already and pinned nothing. `pin-17` shows it.

Left out of random scripts: the advisor, which measures how long a pass lasts, and the delay of
pruning, which is never or always: both go by the clock, and rows would not be the same each time.

END
"$ksmsim" validate guests "$1" --table
echo
"$ksmsim" validate cpu "$2"
echo
cat << 'END'
## Captured guests

Two Debian guests under software emulation, captured by `ksmsim capture` while this kernel's KSM
merged them (`tests/capture/two-guests.sh`; the traces are in `tests/data/captured`), and replayed.
Counters were read every second, so those of a pass end are up to a second late.
END
for trace in "$root"/tests/data/captured/*.bin; do
  printf '\n### %s\n\n' "$(basename "$trace" .bin)"
  "$ksmsim" validate trace "$trace" | tail -n +3
done

echo
"$ksmsim" validate scenarios
cat << 'END'

## Public reports

What people published about their hosts, as far as it has figures: observed beside simulated, with
the source and what was assumed (`tests/data/reports`). Nothing was fitted to them. A CPU figure is
that of the stored prices; on the machines known it is 46 to 129 % of that.
END
ksmsim=$(realpath "$ksmsim")
cd "$root" # So that the reports have short names.
"$ksmsim" validate scenarios tests/data/reports/*.toml | tail -n +6
docs/walks-table.sh "$ksmsim"
