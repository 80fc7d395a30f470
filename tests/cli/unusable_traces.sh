#!/usr/bin/env bash
# What is no trace is refused: one line, exit status 2.
source "$(dirname "$0")/checks.bash"
make_trace guests.bin

refuses 'missing.bin: No such file or directory' --trace missing.bin
: >empty.bin
refuses 'empty.bin' --trace empty.bin
echo 'this is a text' >text.bin
refuses 'text.bin' --trace text.bin
refuses 'guests.txt' --trace guests.txt
mkdir folder
refuses 'folder: Is a directory' --trace folder
refuses 'folder: Is a directory' lockstep folder

# Cut off at every place, and with any byte changed.
size=$(stat -c %s guests.bin)
for ((cut = 0; cut < size; cut += 7)); do
  head -c "$cut" guests.bin >cut.bin
  refuses 'cut.bin' --trace cut.bin
done
for ((at = 0; at < size; at += 11)); do
  cp guests.bin flipped.bin
  printf '\x5a' | dd of=flipped.bin bs=1 seek="$at" conv=notrunc status=none
  cmp -s guests.bin flipped.bin || refuses 'flipped.bin' --trace flipped.bin
done

# As far as it is good, on request.
head -c $((size * 2 / 3)) guests.bin >cut.bin
run --trace cut.bin --salvage
((status == 0 || status == 2)) || fail "--salvage ends with $status"

# What the simulated host does not have.
printf 'trace 1\n@0 mm a\n@0 map a 0 300000000\n@1 write a 0 300000000 zero\n' >large.txt
exits 0 trace compile large.txt -o large.bin
refuses 'large.bin: guests hold more than 268435456 pages' --trace large.bin
# More memory than there can be, asked for in a few bytes.
printf 'trace 1\n@0 mm a\n@0 map a 0 68719476736\n@0 write a 0 68719476736 c:1\n' >huge.txt
exits 0 trace compile huge.txt -o huge.bin
refuses 'huge.bin' --trace huge.bin

finish
