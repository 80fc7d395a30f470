#!/usr/bin/env bash
# ksmd's walks have prices: of chains of full copies, and of what is absent. Figures that were seen
# on real kernels stand beside each claim.
source "$(dirname "$0")/checks.bash"

# cpu_s: ksmd's CPU seconds of the last run.
cpu_s() { sed -n "s/^ksmd's CPU time  *\([0-9.]*\) s.*/\1/p" stdout.txt; }
# claim WHAT EXPRESSION, as awk has it.
claim() { awk "BEGIN { exit !($2) }" || fail "$1: not so: $2"; }

# Three frozen guests took a real ksmd 7.9 s with a limit of 2 sharers, 2.5 s with the usual one
# (docs/validation.md); prices of batches spread by 20 to 40 %.
exits 0 import snapshots "$data/guests-frozen" --snapshot 43 -o frozen.bin
settle=(--trace frozen.bin --set run=1 --set smart_scan=0 --set pages_to_scan=2000000
  --until settled)
exits 0 "${settle[@]}" --set max_page_sharing=2
claim 'chains are walked for 7.9 s' "$(cpu_s) > 0.6 * 7.9 && $(cpu_s) < 1.4 * 7.9"
exits 0 "${settle[@]}" --set max_page_sharing=256
claim 'few chains cost little' "$(cpu_s) > 0.6 * 2.5 && $(cpu_s) < 1.4 * 2.5"

# One page behind 32 TiB of nothing: more than an hour a pass where addresses are looked up one by
# one, almost nothing since 6.18 and its backports.
printf '%s\n' 'trace 1' '@0 mm a' '@0 map a 0 8589934592' '@0 write a 8589934591 1 c:7' \
  '@0 set run 1' > hole.txt
exits 0 trace compile hole.txt -o hole.bin
# passes KERNEL HOURS: how many passes are over by then.
passes() {
  exits 0 --trace hole.bin --kernel "$1" --until "$2h" --sample 60s
  sed -n 's/^passes  *\([0-9]*\) .*/\1/p' stdout.txt
}
claim 'a pass of 6.16 takes more than an hour' "$(passes 6.16.12 1) == 0"
claim 'and ends' "$(passes 6.16.12 2) == 1"
exits 0 --trace hole.bin --kernel 6.16.12 --until 30m --sample 60s
says "ksmd's CPU                100.00 % of one core"
claim '6.17 as it began, too' "$(passes 6.17 1) == 0"
claim '6.17.9 does not' "$(passes 6.17.9 1) > 100000"
claim 'nor does 6.18' "$(passes 6.18 1) > 100000"
finish
