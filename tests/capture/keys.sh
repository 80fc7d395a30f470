#!/usr/bin/env bash
# Identities: equal for equal contents under one key, unlike under others; both hashes.
source "$(dirname "$0")/actors.bash"
start one
one=$pid
tell one map a 64 mergeable
a=$answer
tell one write a 0 60 seq:100
tell one write a 10 4 zero
start two
two=$pid
tell two map b 64 mergeable
b=$answer
tell two write b 0 60 seq:100
tell two write b 10 4 zero

# identities FILE FIRST: those of the 64 pages.
identities() {
  pages_of "$1" >pages.txt
  region_of pages.txt "$2" 64 | cut -d ' ' -f 2
}
for hash in xxh3 blake2b; do
  capture --pid "$one" --once -o "$hash-1.bin" --key "$hash.key" --hash $hash
  [[ $(stat -c '%a' $hash.key) == 600 ]] || fail "$hash: the key is not its owner's alone"
  key=$(cksum <$hash.key)
  capture --pid "$two" --once -o "$hash-2.bin" --key "$hash.key" --hash $hash
  [[ $(cksum <$hash.key) == "$key" ]] || fail "$hash: the key has changed"
  identities "$hash-1.bin" "$a" >$hash-1.txt
  identities "$hash-2.bin" "$b" >$hash-2.txt
  [[ $(wc -l <$hash-1.txt) == 64 ]] || fail "$hash: not 64 pages"
  cmp -s $hash-1.txt $hash-2.txt || fail "$hash: one key, equal contents, other identities"
  capture --pid "$one" --once -o "$hash-none.bin" --hash $hash
  capture --pid "$one" --once -o "$hash-other.bin" --key "$hash-other.key" --hash $hash
  for other in none other; do
    identities "$hash-$other.bin" "$a" >$hash-$other.txt
    paste -d ' ' $hash-1.txt $hash-$other.txt | awk '$1 != "absent"' >pairs.txt
    same=$(awk '$1 == $2 && $1 != "0"' pairs.txt)
    [[ -z $same ]] || fail "$hash, $other key: identities are the same: ${same%%$'\n'*}"
    one_to_one "$hash, $other key" <pairs.txt
  done
  seq 0 59 | awk '{ print ($1 >= 10 && $1 < 14 ? 0 : 100 + $1) }' |
    paste -d ' ' - <(head -n 60 $hash-1.txt) | one_to_one "$hash"
  [[ $(sed -n '11,14p' $hash-1.txt | sort -u) == 0 ]] || fail "$hash: zeros are not 0"
done
# Another hash is another identity, even under the same bytes of a key.
capture --pid "$one" --once -o mixed.bin --key xxh3.key --hash blake2b
[[ -z $(paste -d ' ' xxh3-1.txt <(identities mixed.bin "$a") |
  awk '$1 == $2 && $1 != "absent" && $1 != "0"') ]] || fail 'both hashes give the same identities'
# What is hashed with a key of its own says so.
exits 0 trace info xxh3-1.bin
grep -qi 'xxh3' stdout.txt || fail 'trace info does not name the hash'
exits 0 trace info blake2b-1.bin
grep -qi 'blake2b' stdout.txt || fail 'trace info does not name the hash'

head -c 100 /dev/urandom >short.key
refuses 'short.key: 100 bytes' capture --pid "$one" --once -o no.bin --key short.key
refuses '--hash' capture --pid "$one" --once -o no.bin --hash md5
[[ ! -e no.bin ]] || fail 'a refused capture left a file'
finish
