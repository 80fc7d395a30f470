#!/usr/bin/env bash
# Lists of page hashes become traces.
source "$(dirname "$0")/checks.bash"
contents() { "$ksmsim" trace dump "$1" | sed -n 's/^@[0-9.]* write //p'; }

exits 0 import hashes --help
for word in 'ksmsim import hashes web.txt' --zero --base --key; do says "$word"; done
printf 'aa\n00\naa\n# four pages\n11\n' >web.txt
printf '0,aa\n9,11\n' >db.txt
exits 0 import hashes web.txt db.txt --zero 0 -o guests.bin
says 'guests.bin: 2 guests, 2 moments'
grep -qE '^  web +0 +4 +3 +1 +4 +0$' stdout.txt || fail 'the table does not count pages'
says_not 'no page is known to be zero'
[[ $(contents guests.bin) == $'web 0 4 list:170,0,170,17\ndb 0 1 c:170\ndb 9 1 c:17' ]] ||
  fail "not what the lists say: $(contents guests.bin)"
exits 0 --trace guests.bin --quiet
exits 0 import hashes web.txt db.txt --zero 0 -o again.bin
cmp -s guests.bin again.bin || fail 'the same lists give another trace'
exits 0 import hashes web.txt -o unknown.bin
says 'no page is known to be zero'

# Several moments in one list, from a pipe, decimal.
printf 'guest a\nat 0\n1\n2\nat 60\n1\n3\n' |
  "$ksmsim" import hashes --base 10 --placement later - -o a.bin >stdout.txt 2>stderr.txt ||
  fail 'standard input is not read'
says 'a.bin: 1 guest, 2 moments'
"$ksmsim" trace dump a.bin | grep -q '^@60 write a 1 1 c:3$' || fail 'not only the change at 60 s'

exits 0 import hashes web.txt -o keyed.bin --key list.key
[[ $(stat -c %s list.key) == 192 ]] || fail 'no key was made'
contents keyed.bin | grep -qw 170 && fail 'hashes are not hashed under the key'

no() {
  refuses "$1" import hashes -o no.bin "${@:2}"
  [[ ! -e no.bin ]] || fail "a refused import left a file: ${*:2}"
}
printf 'aa\nxyz\n' >bad.txt
no "bad.txt:2: 'xyz' is not a hash" bad.txt
printf 'aa\n' >good.txt
no "--zero: 'xyz' is not a hash" good.txt --zero xyz
no '--base' good.txt --base 8
no 'missing.txt: No such file' missing.txt
: >empty.txt
no 'empty.txt: no hash of a page in it' empty.txt
head -c 100000 /dev/zero >binary
no 'binary:1: a line of more than 4096 bytes' binary
no 'when is this' a=good.txt a=web.txt

finish
