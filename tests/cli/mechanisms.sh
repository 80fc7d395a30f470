#!/usr/bin/env bash
# The shipped scenarios that show a mechanism around KSM each (docs/scenarios.md): what they say
# that they show is there in figures.
source "$(dirname "$0")/checks.bash"

# shows NAME ARGUMENT...: runs a shipped scenario; leaves stdout.txt and NAME.csv.
shows() {
  name=$1
  exits 0 run "$@" --csv "$1.csv"
  grep -q "^$1  *[^ ]" listed.txt || fail "$1 is not listed with its title"
  # shellcheck disable=SC2154 # data: checks.bash
  grep -q "^| .*\`$1\`" "$data/../../docs/scenarios.md" || fail "docs/scenarios.md lacks $1"
}
# at SECONDS COLUMN [NAME]: a counter of the last scenario, or of one before, at a time. Whole
# numbers.
at() {
  awk -F, -v wanted="$1" -v column="$2" '
    NR == 1 { for (i = 1; i <= NF; i++) if ($i == column) number = i; next }
    $1 <= wanted { value = $number }
    END { print value }' "${3:-$name}.csv"
}
# claim TEXT EXPRESSION: an expression of whole numbers.
claim() { (($2)) || fail "$name: not so: $1 ($2)"; }
# about TEXT A B PERCENT: A is B but for so many percent.
about() {
  claim "$1" "100 * ($2) >= (100 - $4) * ($3) && 100 * ($2) <= (100 + $4) * ($3) && ($3) > 0"
}

exits 0 scenarios
cp stdout.txt listed.txt

# ---------------------------------------------------------------- run
shows run-0-and-2
claim 'merged before' "$(at 99 pages_sharing) > 60000"
about 'run 0 keeps it' "$(at 139 pages_sharing)" "$(at 99 pages_sharing)" 1
claim 'ksmd stands still' "$(at 139 pages_scanned) == $(at 101 pages_scanned)"
claim 'run 2 unmerges all' "$(at 141 pages_sharing) == 0"
about 'which takes a page each, less the records' \
  "$(at 141 used_kb) - $(at 139 used_kb) + $(at 139 metadata_bytes) / 1024" \
  "4 * $(at 139 pages_sharing)" 2

shows run-2-with-little-ram
claim 'nobody is killed while merged' "$(at 119 oom_kills) == 0 && $(at 119 swap_outs) == 0"
claim 'swap fills' "$(at 121 swap_outs) >= 16384"
claim 'guests are killed at run 2' "$(at 121 oom_kills) == 2"
says 'web-5 at 2 min 00 s'

# ---------------------------------------------------------------- services
shows rhel6-without-ksm-service
claim 'it would find more' "$(at 120 pages_unshared) > 10000"
claim 'no more than 2000 KSM pages' "$(at 120 pages_shared) == 2000"
shows rhel6-with-ksm-service
claim 'half of RAM' "$(at 120 pages_shared) == 256 * 256 / 2"
says 'at max_kernel_pages'

shows ksmtuned-under-pressure
claim 'at rest' "$(at 1790 pages_to_scan) == 64"
claim 'boosted to the limit within five minutes' "$(at 2100 pages_to_scan) == 1250"
claim 'pressure lasts till then' "$(at 2390 free_kb) < 512 * 1024 / 5"
claim 'then it decays by 50 a minute' \
  "$(at 2700 pages_to_scan) - $(at 3300 pages_to_scan) == 500"
claim 'down to 64' "$(at 3890 pages_to_scan) == 64"
claim 'nobody is killed' "$(at 4800 oom_kills) == 0"
claim 'the update is merged again' \
  "$(at 4800 pages_sharing) > 3 * $(at 4200 pages_sharing) / 2"
shows ksmtuned-blind
claim 'KSM stops when merging has freed enough' \
  "$(at 600 pages_scanned) == $(at 1790 pages_scanned) && $(at 1790 pages_scanned) > 0"
claim 'with less merged than where ksmtuned sees guests' \
  "$(at 1790 pages_sharing) < 9 * $(at 1790 pages_sharing ksmtuned-under-pressure) / 10"
claim 'who comes then is killed' "$(at 1900 oom_kills) == 1"
claim 'an update makes memory short, and KSM run for a moment only' \
  "$(at 4200 pages_scanned) > $(at 3890 pages_scanned) &&
   $(at 4800 pages_scanned) == $(at 4200 pages_scanned)"
grep -q '^  KSM switched off  *5[0-9]' stdout.txt || fail 'more or less was left unmerged'

shows advisor
about 'twice the pages in the same time' \
  "$(at 120 pages_scanned) - $(at 90 pages_scanned)" \
  "2 * ($(at 60 pages_scanned) - $(at 30 pages_scanned))" 25
# The advisor counts whole seconds: anything from 2 to below 3 s is its target (mm/ksm.c).
claim 'a pass takes 2 s before' "30 / ($(at 60 passes) - $(at 30 passes)) == 2"
claim 'and after' "30 / ($(at 120 passes) - $(at 90 passes)) == 2"

shows balloons-mom
claim 'KSM runs under pressure' "$(at 200 pages_scanned) > $(at 60 pages_scanned)"
claim 'memory is taken from guests' "$(at 90 present_pages) - $(at 590 present_pages) > 1000"
claim 'nobody is killed' "$(at 1200 oom_kills) == 0"
balloons() { awk '$1 ~ /^web-/ && NF == 8 { sum += $8 } END { print int(sum) }' stdout.txt; }
claim 'balloons are gone at the end' "$(balloons) == 0"
exits 0 run balloons-mom --until 590
claim 'balloons grow under pressure' "$(balloons) > 4"

# ---------------------------------------------------------------- NUMA, swap, huge pages
shows numa-across-nodes
claim 'one page for four guests' "$(at 240 pages_sharing) == 3 * $(at 240 pages_shared)"
about 'half of the reads are remote' "$(at 240 remote_reads)" "$(at 240 local_reads)" 10
shows numa-within-nodes
claim 'a page on each node' "$(at 240 pages_sharing) == $(at 240 pages_shared)"
claim 'no remote reads' "$(at 240 remote_reads) == 0 && $(at 240 local_reads) > 0"
about 'it saves two of three' "3 * $(at 240 pages_sharing)" \
  "2 * $(at 240 pages_sharing numa-across-nodes)" 1

shows swapped-ksm-pages
claim 'merged pages go to swap' \
  "$(at 200 pages_sharing) > 4 * $(at 300 pages_sharing) && $(at 300 swap_outs) > 10000"
claim 'all come back' "$(at 500 swap_ins) == $(at 300 swap_outs)"
claim 'as copies of more than went out' \
  "$(at 450 used_kb) > $(at 425 used_kb) + 2 * 4 * ($(at 450 swap_ins) - $(at 425 swap_ins))"
claim 'which ksmd finds again' "$(at 560 pages_sharing) == $(at 200 pages_sharing)"

shows huge-pages-after-run-2
claim 'all huge before' "$(at 59 huge_pages) == 128"
claim 'merging splits the equal half' "$(at 179 huge_split_by_merging) == 64"
claim 'nothing is built while merged' "$(at 179 huge_rebuilt) == 0"
claim 'built again after run 2' "$(at 600 huge_rebuilt) == 64 && $(at 600 huge_pages) == 128"

# ---------------------------------------------------------------- storms
shows unmerge-storm
claim 'all fit merged' "$(at 239 oom_kills) == 0 && $(at 239 free_kb) > 100000"
claim 'one is killed during the update' "$(at 239 oom_kills) == 0 && $(at 262 oom_kills) == 1"
says 'largest at 4 min'
claim 'what is left is merged again' "$(at 360 free_kb) > $(at 262 free_kb) + 100000"
exits 0 explain unmerge-storm
grep -qE '^ +was exhausted 1[3-5]\.[0-9] s after the fall began$' stdout.txt ||
  fail 'how long memory lasted is not what the samples show'
says 'guests killed (OOM)       1'
says 'available memory          least 0 bytes at 4 min 1'
exits 0 scenarios unmerge-storm
sed '/^do = "update"/,$ s/^length_s = 20/length_s = 100/' stdout.txt >slower.toml
exits 0 run slower.toml
says_not 'guests killed (OOM)'

shows golden-image-update
claim 'sharing breaks' "$(at 262 used_kb) > $(at 199 used_kb) + 20000"
about 'but who was not updated has a fifth of its own' \
  "$(at 199 pages_sharing) - $(at 400 pages_sharing)" "60 * 256 / 5" 3
shows reboot-storm
claim 'sharing breaks' "$(at 220 write_breaks) - $(at 199 write_breaks) > 50000"
claim 'memory is needed' "$(at 220 used_kb) > $(at 199 used_kb) + 50000"
claim 'and found again' "$(at 260 used_kb) < $(at 220 used_kb) - 50000"
exits 0 explain reboot-storm
grep -q '^  reboot  *[5-9][0-9]\{4\} pages' stdout.txt || fail 'breaks are not booked to reboot'
shows antivirus-scan
claim 'sharing breaks' "$(at 275 saved_pages) < $(at 200 saved_pages) / 2"
claim 'and comes back' "$(at 350 saved_pages) > 3 * $(at 275 saved_pages) / 2"
exits 0 explain antivirus-scan
grep -q '^  antivirus  *1[0-9]\{5\} pages' stdout.txt || fail 'breaks are not booked to antivirus'
shows balloon-deflates
exits 0 explain balloon-deflates
grep -qE '^  deflate +0 pages; extra memory, new pages included: 120\.0 MiB' stdout.txt ||
  fail 'the memory that deflating took is not told'
about 'the memory is needed' "$(at 200 used_kb) - $(at 149 used_kb)" "2 * 60 * 1024" 3
claim 'and nothing in it is equal' "$(at 240 pages_sharing) == $(at 149 pages_sharing)"
shows live-migration
claim 'nothing of it is shared as it arrives' "$(at 160 saved_pages) == $(at 149 saved_pages)"
about 'it takes all of its memory' "$(at 160 used_kb) - $(at 149 used_kb)" "60 * 1024" 3
claim 'later all of it is shared' "$(at 200 saved_pages) == $(at 149 saved_pages) + 60 * 256"
claim 'when it goes, nothing stays' "$(at 400 used_kb) == $(at 149 used_kb)"
shows suspend-and-resume
claim 'volatile while it runs' "$(at 149 pages_sharing) < 6000"
claim 'merged while it stands still' "$(at 249 pages_sharing) > 20000"
claim 'broken after it resumes' "$(at 300 pages_sharing) < 6000"

# ---------------------------------------------------------------- guests, ratios
shows guests-without-ksm
claim 'two share' "$(at 120 pages_sharing) == 60 * 256"
grep -q '^  unmergeable  *60.0  *0.0' stdout.txt || fail 'the unmergeable guest shares'
grep -q '^  encrypted  *60.0  *0.0' stdout.txt || fail 'the encrypted guest shares'
claim 'nobody else is looked at' \
  "$(at 120 pages_shared) + $(at 120 pages_sharing) == 120 * 256 && $(at 120 pages_unshared) == 0"
shows ratio-good
claim 'sharing / shared' "$(at 120 pages_sharing) > 8 * $(at 120 pages_shared)"
shows ratio-wasted
claim 'unshared / sharing' "$(at 120 pages_unshared) > 20 * $(at 120 pages_sharing)"
shows ratio-volatile
claim 'volatile' "$(at 180 pages_volatile) > 3 * ($(at 180 pages_shared) +
  $(at 180 pages_sharing) + $(at 180 pages_unshared))"

# ---------------------------------------------------------------- a template
# Clones of a captured guest: each has its part of pages of its own.
cp "$data/../../traces/examples/three-debian-guests.bin" .
clones() {
  cat >clones.toml <<TOML
title = "Clones of a captured guest"
until_s = 240
[knobs]
pages_to_scan = 5000
[[guest]]
name = "clone"
count = 4
trace = "three-debian-guests.bin"
divergence = $1
TOML
  name=clones-$1
  exits 0 run clones.toml --csv "$name.csv" --quiet
}
clones 0
claim 'equal clones share three of four pages, and what the guest has twice' \
  "4 * $(at 240 pages_sharing) > 3 * 95 * $(at 240 present_pages) / 100"
clones 0.5
claim 'half as many as far as they diverge' \
  "$(at 240 pages_sharing) < 2 * $(at 240 pages_sharing clones-0) / 3"

finish
