#!/usr/bin/env bash
# Real QEMU processes are found by --qemu and named by their -name; --libvirt calls them what
# libvirt calls them. The guests are their BIOS and a boot sector that fills memory.
source "$(dirname "$0")/actors.bash"
command -v qemu-system-x86_64 >/dev/null ||
  skip 'qemu-system-x86_64 is not there (Debian: qemu-system-x86)'

# The 112 pages from 64 KiB to 512 KiB: by turns one that holds its own number in each word, and one
# that holds 7. (cli/qemu_dump.sh explains the code.)
{
  printf '\xfa\xfc\xb8\x00\x10\x8e\xc0\x89\xc3\xa9\x00\x01\x74\x03\xbb\x07\x00'
  printf '\x31\xff\xb9\x00\x08\x93\xf3\xab\x93\x8c\xc0\x05\x00\x01'
  printf '\x3d\x00\x80\x72\xe1\xb0\x21\xe6\xe9\xf4\xeb\xfd'
} >boot.img
truncate -s 510 boot.img
printf '\x55\xaa' >>boot.img

# start_qemu FILE MERGE NAME-OPTION...: $pid; waits until the guest has filled its memory.
start_qemu() {
  local file=$1 merge=$2
  shift 2
  qemu-system-x86_64 "$@" -machine "pc,mem-merge=$merge" -accel tcg -m 32 -nodefaults -vga std \
    -display none -drive file=boot.img,format=raw,if=floppy,readonly=on \
    -debugcon "file:$file" >"$file.qemu" 2>&1 </dev/null &
  pid=$!
  started+=("$pid")
  wait_for test -s "$file"
}
start_qemu one on -name guest=shop-web,debug-threads=on
web=$pid
start_qemu two on -name shop-db
db=$pid
start_qemu three off -name not-merged

# As libvirt leaves it: NAME.pid, NAME.xml; and what is left of a guest that has ended.
mkdir libvirt
sleep 0 &
wait $!
cat >libvirt/web01.xml <<XML
<!--
WARNING: THIS IS AN AUTO-GENERATED FILE. CHANGES TO IT ARE LIKELY TO BE
OVERWRITTEN AND LOST. Changes to this xml configuration should be made using:
  virsh edit web01
or other application using the libvirt API.
-->

<domstatus state='running' reason='booted' pid='$web'>
  <monitor path='/var/lib/libvirt/qemu/domain-1-web01/monitor.sock' type='unix'/>
  <domain type='qemu' id='1'>
    <name>web01</name>
    <uuid>6b5ee5b6-31cf-4ba7-8bf4-39a40c0b5dcf</uuid>
    <memory unit='KiB'>32768</memory>
  </domain>
</domstatus>
XML
echo "$web" >libvirt/web01.pid
sed "s/web01/old01/g; s/pid='$web'/pid='$!'/" libvirt/web01.xml >libvirt/old01.xml
echo "$!" >libvirt/old01.pid

# What the guest wrote: 56 pages that are all different, 56 that are equal. Guest page 16 on.
guest_wrote() { # PAGES NAME TRACE
  # Its RAM is the region of 32 MiB.
  local first
  first=$("$ksmsim" trace dump "$3" | awk -v "n=$2" '$2 == "map" && $3 == n && $5 == 8192 {
    print $4 }')
  grep "^$2 " "$1" >guest.txt
  region_of guest.txt "$first" 128 | awk '$1 >= 16 && $1 < 128 { print $2 }' | sort | uniq -c |
    awk '{ print $1 }' | sort -n | uniq -c | awk '{ print $1, $2 }' >counts.txt
  [[ $(cat counts.txt) == $'56 1\n1 56' ]] || fail "$2: not what the guest wrote: $(cat counts.txt)"
}

capture --qemu --once -o qemu.bin
exits 0 trace check qemu.bin
exits 0 --trace qemu.bin --quiet
exits 0 trace info qemu.bin
says 'shop-web'
"$ksmsim" trace dump qemu.bin | awk '$2 == "mm" { print $3 }' >names.txt
for name in shop-web shop-db; do
  grep -qx $name names.txt || fail "--qemu does not name a guest '$name': $(tr '\n' ' ' <names.txt)"
done
pages_of qemu.bin >pages.txt
! grep -q '^not-merged ' pages.txt || fail 'memory with mem-merge=off is captured as mergeable'
guest_wrote pages.txt shop-web qemu.bin
guest_wrote pages.txt shop-db qemu.bin

# Also with mem-merge=off.
capture --qemu --assume-mergeable --once -o all.bin
pages_of all.bin >pages.txt
guest_wrote pages.txt not-merged all.bin

capture --libvirt --libvirt-folder libvirt --once -o libvirt.bin
exits 0 trace check libvirt.bin
"$ksmsim" trace dump libvirt.bin | awk '$2 == "mm" { print $3 }' >names.txt
[[ $(cat names.txt) == web01 ]] || fail "--libvirt finds '$(tr '\n' ' ' <names.txt)', not web01"
pages_of libvirt.bin >pages.txt
guest_wrote pages.txt web01 libvirt.bin
# Both, and by number: the same guest once.
capture --qemu --libvirt --libvirt-folder libvirt --pid "$db" "$web" --once -o both.bin
"$ksmsim" trace dump both.bin | awk '$2 == "mm" { print $3 }' | sort >names.txt
[[ $(grep -c -x -e web01 -e shop-web names.txt) == 1 ]] || fail 'a guest is captured twice'
[[ $(grep -c -x shop-db names.txt) == 1 ]] || fail 'a guest is captured twice, or not at all'

# One that starts in the middle is captured from then on; one that ends, ends.
"$ksmsim" capture --qemu --interval 500ms --for 6s -o out.bin >stdout.txt 2>stderr.txt </dev/null &
capture=$!
started+=("$capture")
wait_for test -s out.bin
start_qemu four on -name late
kill "$db"
wait $capture || fail "the capture ends with status $?"
exits 0 trace check out.bin
exits 0 --trace out.bin --quiet
"$ksmsim" trace dump out.bin >out.txt
awk '$2 == "exit" && $3 == "shop-db" { n++ } END { exit n != 1 }' out.txt ||
  fail 'a guest that ended does not end in the trace'
awk '$2 == "mm" && $3 == "late" && substr($1, 2) + 0 > 0 { n++ } END { exit n != 1 }' out.txt ||
  fail 'a guest that started in the middle is not in the trace'
finish
