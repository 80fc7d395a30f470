#!/usr/bin/env bash
# One snapshot: a trace says of each page what the process holds, and the process does not notice.
source "$(dirname "$0")/actors.bash"
start one
one=$pid
tell one map kept 64 mergeable
kept=$answer
tell one write kept 0 8 seq:100   # Eight different pages,
tell one write kept 8 8 seq:100   # the same ones again,
tell one write kept 16 4 zero     # zeros that were written,
tell one write kept 20 2 c:7
tell one write kept 40 1 seq:103  # and behind pages that nobody touched.
tell one map other 33 mergeable
other=$answer
tell one write other 3 5 seq:500
tell one map plain 600            # Not mergeable.
plain=$answer
tell one write plain 0 300 seq:1000
tell one map small 50
small=$answer
tell one write small 0 50 seq:5000
tell one map read 20 mergeable    # Mapped to the kernel's page of zeros, which KSM passes over.
read=$answer
tell one read read 0 20

cat >expected.txt <<'TEXT'
0 100
1 101
2 102
3 103
4 104
5 105
6 106
7 107
8 100
9 101
10 102
11 103
12 104
13 105
14 106
15 107
16 0
17 0
18 0
19 0
20 7
21 7
40 103
TEXT

faults=$(minor_faults "$one")
resident=$(resident_pages "$one")
present=$(present_pages "$one" "$kept" 64)
[[ $present == 23 ]] || fail "the actor has $present pages, not 23"
capture --pid "$one" --once -o once.bin
[[ $(minor_faults "$one") == "$faults" ]] || fail 'the process had minor faults'
[[ $(resident_pages "$one") == "$resident" ]] || fail 'the process has another resident size'
[[ $(present_pages "$one" "$kept" 64) == 23 ]] || fail 'pages are there that nobody touched'
[[ $(present_pages "$one" "$other" 33) == 5 ]] || fail 'pages are there that nobody touched'
[[ $(stat -c %a once.bin) == 600 ]] || fail "the trace has mode $(stat -c %a once.bin)"

exits 0 trace check once.bin
exits 0 --trace once.bin --quiet
pages_of once.bin >pages.txt
[[ $(cut -d ' ' -f 1 pages.txt | sort -u) == "actor-$one" ]] || fail 'the guest has another name'
region_of pages.txt "$kept" 64 >kept.txt
[[ $(wc -l <kept.txt) == 64 ]] || fail "the region is not mapped as a whole: $(head -n 3 pages.txt)"
awk '$2 != "absent" { print $1 }' kept.txt | cmp -s - <(cut -d ' ' -f 1 expected.txt) ||
  fail 'other pages are present than were written'
region_of pages.txt "$other" 33 | awk '$2 != "absent" { print $1 }' | cmp -s - <(seq 3 7) ||
  fail 'other pages of the second region are present than were written'
{
  awk 'NR == FNR { id[$1] = $2; next } $2 != "absent" { print id[$1], $2 }' expected.txt kept.txt
  region_of pages.txt "$other" 33 | awk '$2 != "absent" { print 500 + $1 - 3, $2 }'
} | one_to_one 'mergeable regions'
# `read` is mergeable; whether its pages are absent or zero, none is anything else.
region_of pages.txt "$read" 20 | awk '$2 != "absent" && $2 != "0" { bad = 1 } END { exit bad }' ||
  fail 'pages that were only read are neither absent nor zero'
[[ $(region_of pages.txt "$read" 20 | wc -l) == 20 ]] || fail 'the region that was read is missing'
[[ $(wc -l <pages.txt) == 117 ]] || fail 'more is captured than what is mergeable'

# What PR_SET_MEMORY_MERGE would give: large private anonymous regions as well.
capture --pid "$one" --once --assume-mergeable --min-size 1MiB -o all.bin
exits 0 trace check all.bin
pages_of all.bin >all.txt
[[ $(region_of all.txt "$plain" 600 | wc -l) == 600 ]] || fail '--assume-mergeable leaves one out'
[[ $(region_of all.txt "$small" 50 | wc -l) == 0 ]] || fail '--min-size takes a smaller region'
region_of all.txt "$plain" 300 | awk '{ print 1000 + $1, $2 }' | one_to_one 'the plain region'
region_of all.txt $((plain + 300)) 300 | awk '$2 != "absent" { bad = 1 } END { exit bad }' ||
  fail 'pages of the plain region are present that nobody wrote'
[[ $(region_of all.txt "$kept" 64 | wc -l) == 64 ]] || fail 'what is mergeable is not there'
"$ksmsim" trace dump all.bin | awk '$2 == "map" && $6 == "plain" { bad = 1 } END { exit bad }' ||
  fail 'a region that is assumed to be mergeable is not mapped as mergeable'
capture --pid "$one" --once --assume-mergeable --min-size 4KiB -o smaller.bin
pages_of smaller.bin >smaller.txt
[[ $(region_of smaller.txt "$small" 50 | wc -l) == 50 ]] || fail '--min-size 4KiB leaves one out'

# A process without anything mergeable, with and beside the option.
start bare
tell bare map plain 600
plain=$answer
tell bare write plain 0 600 seq:1
capture --pid "$one" "$pid" --once -o two.bin
exits 0 trace check two.bin
pages_of two.bin | grep -q "^actor-$pid " && fail 'a region that is not mergeable is captured'
capture --pid "$one" --pid "$pid" --once --assume-mergeable --min-size 1MiB -o both.bin
pages_of both.bin >both.txt
[[ $(grep -c "^actor-$pid " both.txt) -ge 600 ]] || fail 'the second process is missing'

# Pages that a fork shares stay shared.
tell one fork
frames=$(frames_of "$one" "$kept" 64)
capture --pid "$one" "$answer" --once -o fork.bin
[[ $(frames_of "$one" "$kept" 64) == "$frames" ]] || fail 'the parent has been given copies'
[[ $(frames_of "$answer" "$kept" 64) == "$frames" ]] || fail 'the child has been given copies'
pages_of fork.bin >fork.txt
counts=$(awk '$3 != "absent" { print $2, $3 }' fork.txt | sort | uniq -c | awk '{ print $1 }')
[[ $(sort -u <<<"$counts") == 2 ]] || fail 'parent and child do not hold the same'

# Nothing is written over.
before=$(cksum <once.bin)
refuses 'once.bin: is there already' capture --pid "$one" --once -o once.bin
[[ $(cksum <once.bin) == "$before" ]] || fail 'a refused capture changed the file'
capture --pid "$one" --once -o once.bin --force
exits 0 trace check once.bin
[[ $(stat -c %a once.bin) == 600 ]] || fail "with --force the mode is $(stat -c %a once.bin)"
for left in *.partial-* *.temporary-*; do [[ ! -e $left ]] || fail "left behind: $left"; done
finish
