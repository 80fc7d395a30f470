#!/usr/bin/env bash
# Pages in swap are recorded as such, and stay there.
source "$(dirname "$0")/actors.bash"
(($(wc -l </proc/swaps) > 1)) || skip 'this machine has no swap'
start one
one=$pid
tell one map a 256 mergeable
a=$answer
tell one write a 0 200 seq:100
tell one pageout a 50 100
# swapped_pages PID FIRST COUNT (pagemap, bit 62).
swapped_pages() {
  dd "if=/proc/$1/pagemap" bs=8 "skip=$2" "count=$3" status=none |
    od -An -v -t u1 -w8 | awk '$8 % 128 >= 64 { ++n } END { print n + 0 }'
}
swapped=$(swapped_pages "$one" "$a" 256)
((swapped == 100)) || skip "the kernel has put $swapped of 100 pages into swap"
capture --pid "$one" --once -o once.bin
[[ $(swapped_pages "$one" "$a" 256) == 100 ]] || fail 'the capture brought pages back from swap'
exits 0 trace check once.bin
exits 0 --trace once.bin --quiet
pages_of once.bin >pages.txt
region_of pages.txt "$a" 256 >a.txt
[[ $(awk '$3 ~ /s/ { print $1 }' a.txt | tr '\n' ' ') == "$(seq 50 149 | tr '\n' ' ')" ]] ||
  fail 'not the pages that are in swap'
awk '$3 !~ /s/ && $2 != "absent" { print 100 + $1, $2 }' a.txt >pairs.txt
[[ $(wc -l <pairs.txt) == 100 ]] || fail 'not the pages that are present'
one_to_one 'beside swapped pages' <pairs.txt

# They come back, and others go.
"$ksmsim" capture --pid "$one" --interval 500ms --for 4s -o out.bin >stdout.txt 2>stderr.txt &
capture=$!
started+=("$capture")
wait_for test -s out.bin
sleep 0.7
tell one read a 50 50
tell one pageout a 0 50
wait $capture || fail "the capture ends with status $?"
exits 0 trace check out.bin
exits 0 --trace out.bin --quiet
pages_of out.bin >pages.txt
region_of pages.txt "$a" 256 >a.txt
[[ $(awk '$3 ~ /s/ { print $1 }' a.txt | tr '\n' ' ') == \
  "$({ seq 0 49; seq 100 149; } | tr '\n' ' ')" ]] || fail 'not the pages that are in swap later'
awk '$3 !~ /s/ && $2 != "absent" { print 100 + $1, $2 }' a.txt | one_to_one 'back from swap'
finish
