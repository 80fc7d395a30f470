#!/usr/bin/env bash
# Sweep after sweep: what changes, regions that come and go, a process that ends.
source "$(dirname "$0")/actors.bash"
start one
one=$pid
tell one map a 64 mergeable
a=$answer
tell one write a 0 32 seq:100
tell one map gone 40 mergeable
gone=$answer
tell one write gone 0 40 seq:700
start two
two=$pid
tell two map b 48 mergeable
b=$answer
tell two write b 0 48 seq:100

"$ksmsim" capture --pid "$one" "$two" --interval 500ms --for 8s -o out.bin \
  >stdout.txt 2>stderr.txt </dev/null &
capture=$!
started+=("$capture")
begin=$(date +%s.%N)
since() { awk -v a="$begin" -v b="$(date +%s.%N)" 'BEGIN { printf "%.3f", b - a }'; }
wait_for test -s out.bin
sleep 0.6
tell one write a 0 4 seq:2000 # Other contents,
tell one discard a 8 4        # pages that go,
tell one write a 40 4 seq:104 # pages that come, equal to pages that are there.
tell one unmap gone 0 40
tell one map new 56 mergeable
new=$answer
tell one write new 0 10 seq:9000
changed=$(since)
sleep 1.5
kill -KILL "$two"
killed=$(since)
sleep 1.2
tell one write a 63 1 c:5
wait "$capture"
status=$?
((status == 0)) || fail "the capture ends with status $status"

exits 0 trace check out.bin
exits 0 --trace out.bin --quiet
# Times in the trace count from a moment after `begin`; the first sweep took no tenth of a second.
pages_of out.bin 0.1 >first.txt
region_of first.txt "$a" 64 | awk '$2 != "absent" { print 100 + $1, $2 }' >pairs.txt
[[ $(wc -l <pairs.txt) == 32 ]] || fail 'the first sweep does not have the 32 pages'
one_to_one 'the first sweep' <pairs.txt
[[ $(region_of first.txt "$gone" 40 | grep -vc absent) == 40 ]] || fail 'a region is not there'
[[ $(region_of first.txt "$new" 56 | wc -l) == 0 ]] || fail 'a region is there too early'
grep "^actor-$two " first.txt | awk -v b="$b" '{ print 100 + $2 - b, $3 }' >two.txt
[[ $(wc -l <two.txt) == 48 ]] || fail 'the second process is not in the first sweep'
cat pairs.txt two.txt | one_to_one 'two processes'

pages_of out.bin "$(awk -v t="$changed" 'BEGIN { print t + 1 }')" >then.txt
{
  region_of then.txt "$a" 64 | awk '
    $2 == "absent" { next }
    $1 < 4 { print 2000 + $1, $2; next }
    $1 < 40 { print 100 + $1, $2; next }
    { print 104 + $1 - 40, $2 }'
  region_of then.txt "$new" 56 | awk '$2 != "absent" { print 9000 + $1, $2 }'
  cat two.txt
} >pairs.txt
one_to_one 'after the changes' <pairs.txt
region_of then.txt "$a" 64 | awk '$2 != "absent" { print $1 }' |
  cmp -s - <(seq 0 7; seq 12 31; seq 40 43) || fail 'not the pages that are there after the changes'
[[ $(region_of then.txt "$gone" 40 | wc -l) == 0 ]] || fail 'a region that went is still there'
[[ $(region_of then.txt "$new" 56 | grep -vc absent) == 10 ]] || fail 'a region that came is not'
[[ $(grep -c "^actor-$two " then.txt) == 48 ]] || fail 'the second process went too early'

# Only what changed is written again.
again=$("$ksmsim" trace dump out.bin |
  awk -v "one=actor-$one" -v "a=$a" '$2 == "write" && $3 == one && $4 < a + 64 && $4 + $5 > a {
    n += $5 } END { print n }')
((again == 32 + 4 + 4 + 1)) || fail "$again pages of the first region are written, not 41"

pages_of out.bin >last.txt
[[ $(grep -c "^actor-$two " last.txt) == 0 ]] || fail 'a process that was killed is still there'
ended=$("$ksmsim" trace dump out.bin | awk -v "two=actor-$two" '$2 == "exit" && $3 == two {
  print substr($1, 2) }')
awk -v e="${ended:-none}" -v k="$killed" 'BEGIN { exit !(e > k - 1.5 && e < k + 1.5) }' ||
  fail "killed at about $killed s, the trace says ${ended:-nothing}"
region_of last.txt "$a" 64 | grep -q '^63 [1-9]' || fail 'the other process did not go on'
# Ends of processes: the one that lives has none before the end of the trace, and what it holds
# at the end is what it holds.
present=$(present_pages "$one" "$a" 64)
[[ $(region_of last.txt "$a" 64 | grep -vc absent) == "$present" ]] ||
  fail 'the end of the trace has other pages than the process'
finish
