#!/usr/bin/env bash
# Two processes that hold still while this machine's KSM merges them: what the trace predicts is
# what the kernel counts, to the page; merged pages are recorded as merged.
source "$(dirname "$0")/actors.bash"
missing=$(ksm_missing)
[[ -z $missing ]] || skip "$missing"
save_ksm

start one
one=$pid
tell one map a 700 mergeable
a=$answer
tell one write a 0 300 seq:100
tell one write a 300 50 zero
tell one write a 400 100 c:7
start two
two=$pid
tell two map b 800 mergeable
b=$answer
tell two write b 0 400 seq:200
tell two write b 500 20 seq:90000
tell two write b 700 5 c:7

set_knobs() {
  local knob
  for knob in "$@"; do
    [[ ! -e $ksm/${knob%%=*} ]] || echo "${knob#*=}" >"$ksm/${knob%%=*}" || return
  done
}
set_knobs use_zero_pages=0 smart_scan=0 max_page_sharing=256 pages_to_scan=150 sleep_millisecs=100
"$ksmsim" capture --pid "$one" "$two" --interval 500ms --for 12s -o out.bin \
  >stdout.txt 2>stderr.txt </dev/null &
capture=$!
started+=("$capture")
wait_for test -s out.bin
sleep 0.6
echo 1 >$ksm/run
wait $capture || fail "the capture ends with status $?"
for counter in pages_shared pages_sharing pages_unshared pages_volatile full_scans; do
  declare "$counter=$(cat $ksm/$counter)"
done
echo "shared $pages_shared, sharing $pages_sharing, unshared $pages_unshared, passes $full_scans"
((full_scans >= 3)) || fail "only $full_scans passes"

exits 0 trace check out.bin
exits 0 --trace out.bin --quiet --csv out.csv
for counter in pages_shared pages_sharing pages_unshared pages_volatile; do
  predicted=$(last_of out.csv $counter)
  [[ $predicted == "${!counter}" ]] || fail "$counter: predicted $predicted, counted ${!counter}"
done
# The host's side is in the trace.
"$ksmsim" trace dump out.bin >out.txt
awk '$2 == "set" && $3 == "pages_to_scan" && $4 == 150 { n++ } END { exit n < 1 }' out.txt ||
  fail 'the knob pages_to_scan is not in the trace'
awk '$2 == "set" && $3 == "run" { print $4 }' out.txt | tail -n 1 | grep -qx 1 ||
  fail 'that KSM was switched on is not in the trace'
awk '$2 == "counters" { last = $0 } END { print last }' out.txt |
  grep -q "pages_sharing=$pages_sharing\b" || fail "the trace's last counters are others"
awk '$2 == "counters" { n++ } END { exit n < 10 }' out.txt || fail 'counters are not in each sweep'

# Pages that the kernel has merged, read while they are: they stay where they are.
frames=$(frames_of "$one" "$a" 700)
capture --pid "$one" "$two" --once -o once.bin
pages_of once.bin >pages.txt
[[ $(region_of pages.txt "$a" 700 | awk '$3 ~ /m/' | wc -l) -ge 200 ]] ||
  fail 'merged pages are not recorded as merged'
{
  region_of pages.txt "$a" 700 | awk '$2 == "absent" { next } $1 < 300 { print 100 + $1, $2; next }
    $1 < 350 { print 0, $2; next } { print 7, $2 }'
  region_of pages.txt "$b" 800 | awk '$2 == "absent" { next } $1 < 400 { print 200 + $1, $2; next }
    $1 < 520 { print 90000 + $1 - 500, $2; next } { print 7, $2 }'
} >pairs.txt
[[ $(wc -l <pairs.txt) == $((300 + 50 + 100 + 400 + 20 + 5)) ]] || fail 'not all merged pages'
one_to_one 'merged pages' <pairs.txt
[[ $(frames_of "$one" "$a" 700) == "$frames" ]] || fail 'reading merged pages unmerged some'
finish
