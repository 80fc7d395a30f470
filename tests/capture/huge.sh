#!/usr/bin/env bash
# Huge pages are in the trace as such, until they are split.
source "$(dirname "$0")/actors.bash"
((EUID == 0)) || skip 'only root is told which frames are part of huge pages'
start one
one=$pid
tell one map h 1324 mergeable huge # Two huge pages, and 300 pages that are too few for one.
h=$answer
tell one write h 0 700 seq:100
tell one write h 1024 300 seq:5000
tell one map s 40 mergeable
s=$answer
tell one write s 0 40 seq:100
tell one map z 1024 mergeable huge # Only read: the kernel's huge page of zeros.
z=$answer
tell one read z 0 1024
huge_kb=$(awk '/^AnonHugePages/ { n += $2 } END { print n }' "/proc/$one/smaps")
tell one advise h small # khugepaged makes none while the test looks.
((huge_kb == 4096)) || skip "this kernel gives the actor $huge_kb KiB of huge pages, not 4096"

"$ksmsim" capture --pid "$one" --interval 500ms --for 4s -o out.bin >stdout.txt 2>stderr.txt &
capture=$!
started+=("$capture")
wait_for test -s out.bin
sleep 0.7
tell one discard h 600 1 # Splits the second.
wait $capture || fail "the capture ends with status $?"
exits 0 trace check out.bin
exits 0 --trace out.bin --quiet

pages_of out.bin 0.1 >first.txt
region_of first.txt "$h" 1324 >h.txt
[[ $(awk '$3 ~ /h/' h.txt | cut -d ' ' -f 1 | tr '\n' ' ') == "$(seq 0 1023 | tr '\n' ' ')" ]] ||
  fail "$(grep -c h h.txt) pages are huge, not the first 1024"
[[ $(region_of first.txt "$s" 40 | grep -c 'h') == 0 ]] || fail 'a small page is huge'
[[ $(region_of first.txt "$z" 1024 | awk '$2 != "absent" || $3 ~ /h/' | wc -l) == 0 ]] ||
  fail 'pages that were only read are there'
# What nobody wrote of a huge page is zero, and there.
{
  awk '$1 < 700 { print 100 + $1, $2 } $1 >= 700 && $1 < 1024 { print 0, $2 }
       $1 >= 1024 { print 5000 + $1 - 1024, $2 }' h.txt
  region_of first.txt "$s" 40 | awk '{ print 100 + $1, $2 }'
} | one_to_one 'huge pages'

pages_of out.bin >last.txt
region_of last.txt "$h" 1324 >h.txt
[[ $(awk '$3 ~ /h/' h.txt | cut -d ' ' -f 1 | tr '\n' ' ') == "$(seq 0 511 | tr '\n' ' ')" ]] ||
  fail "after the split $(grep -c h h.txt) pages are huge, not the first 512"
[[ $(awk '$2 == "absent" { print $1 }' h.txt) == 600 ]] || fail 'not the page that was discarded'
# Being split is no write.
"$ksmsim" trace dump out.bin | awk -v "h=$h" '
  $2 == "write" && $4 >= h && $4 < h + 1324 && substr($1, 2) + 0 > 0.1 { bad = 1 }
  END { exit bad }' ||
  fail 'what was split is written again'
finish
