#!/usr/bin/env bash
# Memory dumps become traces: what is printed, keys, names and times of files, mistakes.
source "$(dirname "$0")/checks.bash"
pages() { # TEXT...: a page for each, filled with it; 0 is a page of zeros.
  local text
  for text in "$@"; do
    if [[ $text == 0 ]]; then head -c 4096 /dev/zero; else yes "$text" | head -c 4096; fi
  done
}
contents() { # TRACE: what is written where, without the times.
  "$ksmsim" trace dump "$1" | sed -n 's/^@[0-9.]* write //p'
}
exits 0 import dump --help
for word in 'ksmsim import dump web.elf' --key --zeros --placement --interval; do says "$word"; done
pages 0 a b a >web.raw
pages 0 a c a >web2.raw
pages b 0 >db.raw

exits 0 import dump web.raw db.raw -o guests.bin
says 'guests.bin: 2 guests, 2 dumps'
says 'web at 0 s: web.raw (raw image)'
says 'remark: its 16384 bytes are no whole number of MiB'
grep -qE '^  0x0 +0x4000 +ram +4 +3 +1 +4$' stdout.txt || fail 'the table does not count pages'
says 'a key that nobody kept'
exits 0 trace check guests.bin
exits 0 --trace guests.bin --quiet

# Under a key the same input gives the same trace; the key is made once, and is the owner's.
exits 0 import dump web.raw -o one.bin --key host.key
says_not 'cannot be compared'
[[ $(stat -c '%s %a' host.key) == '192 600' ]] || fail 'the key is not 192 bytes, its owner alone'
exits 0 import dump web.raw -o two.bin --key host.key
cmp -s one.bin two.bin || fail 'the same key and input give another trace'
exits 0 import dump web.raw -o three.bin --key other.key
cmp -s one.bin three.bin && fail 'another key gives the same trace'
"$ksmsim" import dump web=- -o pipe.bin --key host.key < <(cat web.raw) >/dev/null ||
  fail 'standard input is not read'
cmp -s one.bin pipe.bin || fail 'standard input gives another trace'

# Packed files are known by their bytes, not by their names.
for packer in zstd gzip xz; do
  command -v $packer >/dev/null || continue
  $packer -c <web.raw >packed.raw
  exits 0 import dump web=packed.raw -o packed.bin --key host.key --force
  says "(raw image, $packer)"
  cmp -s one.bin packed.bin || fail "packed by $packer gives another trace"
done

# Names and times.
exits 0 import dump --guest g --interval 60 web.raw web2.raw -o g.bin --key host.key
says 'g at 60 s: web2.raw'
exits 0 import dump g=web.raw@0 g=web2.raw@60 -o g2.bin --key host.key
cmp -s g.bin g2.bin || fail '@TIME and --interval differ'
exits 0 import dump g=web2.raw@60 g=web.raw@0 -o g3.bin --key host.key
cmp -s g.bin g3.bin || fail 'the order of arguments matters'
exits 0 import dump g=web.raw g=web2.raw@1m --grain 0.1s -o g4.bin --key host.key
cmp -s g.bin g4.bin || fail 'a time with its unit is another one'
[[ $(contents g.bin | wc -l) == 2 ]] || fail 'more is written than what changed'
exits 0 import dump --placement later g=web.raw g=web2.raw@60 -o late.bin
"$ksmsim" trace dump late.bin | grep -q '^@60 write g 2 1 ' || fail 'later is not the moment'
exits 0 import dump --base 0x100000 web.raw -o high.bin --key host.key
contents high.bin | grep -q '^web 256 4 ' || fail '--base does not move the pages'
exits 0 import dump --zeros absent web.raw -o absent.bin --key host.key
contents absent.bin | grep -q '^web 1 3 ' || fail '--zeros absent does not leave zeros out'

# Mistakes: one line, status 2, no file and no key left.
no() {
  refuses "$1" import dump -o no.bin --key no.key "${@:2}"
  [[ ! -e no.bin && ! -e no.key ]] || fail "a refused import left a file: ${*:2}"
}
no 'missing.raw: No such file or directory' missing.raw
[[ $(grep -o 'missing.raw' stderr.txt | wc -l) == 1 ]] || fail 'the file is named twice'
mkdir folder
no 'folder: Is a directory' folder
no 'when is this, behind web.raw' g=web.raw g=web2.raw
no 'times have to differ' g=web.raw@5 g=web2.raw@5
mkdir other && cp web.raw other
no 'say NAME=FILE' web.raw other/web.raw
no 'behind @ should be a time' web.raw@noon
no 'no file' g=
no 'no blank' 'a b=web.raw'
no '--interval' --interval x web.raw
no '--guest' --guest 'a b' web.raw
no '--base 5' --base 5 web.raw
no '--base -4096' --base=-4096 web.raw
no 'standard input can be read once' a=- b=-
head -c 100 web.raw >short.raw
no 'short.raw: byte 0: 100 bytes are neither' short.raw
{ printf 'KDUMP   '; cat web.raw; } >kdump
no 'kdump: byte 0: a kdump-compressed dump' kdump
# put OFFSET BYTES FILE: a file of some pages with these bytes (as printf takes them) in it.
put() {
  for _ in {1..10}; do cat web.raw; done >"$3"
  printf %b "$2" | dd of="$3" bs=1 seek="$1" conv=notrunc status=none
}
put 0 'VMA\0' backup.vma
no 'backup.vma: byte 0: a Proxmox backup (.vma); it is no memory' backup.vma
gzip -c backup.vma >backup.vma.gz
no 'backup.vma.gz: byte 0: a Proxmox backup (.vma)' backup.vma.gz
put 0 'AVML\2' avml
no 'avml: byte 0: a compressed AVML image; turn it into' avml
put 32769 'CD001' cd.iso
no 'cd.iso: byte 32769: an ISO image' cd.iso
put 1080 '\x53\xef' ext4
no 'ext4: byte 1080: a file system (ext2, ext3 or ext4)' ext4
gzip -c web.raw | gzip -c >twice.gz
no 'twice.gz: byte 0: packed twice, by gzip inside gzip; unpack it once' twice.gz
no 'guests.bin: byte 0: a trace of ksmsim; run it: --trace FILE' guests.bin
exits 0 import dump --format raw backup.vma -o as-raw.bin
printf '\x7fELF\x01' >elf32
no 'elf32: byte 0: the ELF header takes 64 bytes' elf32
{ printf '\x7fELF\x01'; cat web.raw; } >elf32
no 'elf32: byte 4: ELF of 32 bits' elf32
no '--placement' --placement never web.raw
no '--zeros' --zeros perhaps web.raw
printf 'secret' >bad.key
refuses 'bad.key: 6 bytes' import dump web.raw -o no.bin --key bad.key
head -c 192 /dev/zero >bad.key
refuses 'bad.key: not random' import dump web.raw -o no.bin --key bad.key
refuses 'no/such/key: No such file' import dump web.raw -o no.bin --key no/such/key
[[ ! -e no.bin ]] || fail 'a bad key left a trace'
refuses 'guests.bin: is there already' import dump web.raw -o guests.bin
refuses 'No such file or directory' import dump web.raw -o no/such/folder.bin
for left in *.partial-* *.temporary-*; do [[ ! -e $left ]] || fail "left behind: $left"; done

finish
