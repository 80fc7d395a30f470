#!/usr/bin/env bash
# A guest that QEMU runs is stopped and dumped, as an ELF core and as a raw image: both hold the
# same, page by page. The guest is its BIOS and a boot sector that fills memory; no kernel needed.
source "$(dirname "$0")/checks.bash"
if ! command -v qemu-system-x86_64 >/dev/null; then
  echo "skipped: qemu-system-x86_64 is not there (Debian: qemu-system-x86)"
  exit 77
fi

# The 112 pages from 64 KiB to 512 KiB: by turns one that holds its own number in each word, and one
# that holds 7.
{
  # cli; cld; mov ax,0x1000
  printf '\xfa\xfc\xb8\x00\x10'
  # page: mov es,ax; mov bx,ax; test ax,0x100; jz +3; mov bx,7
  printf '\x8e\xc0\x89\xc3\xa9\x00\x01\x74\x03\xbb\x07\x00'
  # xor di,di; mov cx,2048; xchg ax,bx; rep stosw; xchg ax,bx
  printf '\x31\xff\xb9\x00\x08\x93\xf3\xab\x93'
  # mov ax,es; add ax,0x100
  printf '\x8c\xc0\x05\x00\x01'
  # cmp ax,0x8000; jb page; out 0xe9,al (says that it is done); hlt; jmp -3
  printf '\x3d\x00\x80\x72\xe1\xb0\x21\xe6\xe9\xf4\xeb\xfd'
} >boot.img
truncate -s 510 boot.img
printf '\x55\xaa' >>boot.img

mkfifo monitor.in
qemu-system-x86_64 -machine pc,mem-merge=off -accel tcg -m 32 -nodefaults -vga std -display none \
  -drive file=boot.img,format=raw,if=floppy,readonly=on -debugcon file:debug.txt \
  -qmp stdio <monitor.in >monitor.out 2>qemu.txt &
qemu=$!
trap 'kill "$qemu" 2>/dev/null; rm -rf "$place"' EXIT
exec 3>monitor.in
ask() { # COMMAND ARGUMENTS: waits for the answer.
  local before
  before=$(grep -c -e '"return"' -e '"error"' monitor.out)
  printf '{"execute": "%s", "arguments": {%s}}\n' "$1" "$2" >&3
  for _ in {1..600}; do
    [[ $(grep -c -e '"return"' -e '"error"' monitor.out) == "$before" ]] || return 0
    sleep 0.1
  done
  : >stdout.txt
  cp monitor.out stderr.txt
  fail "QEMU does not answer $1"
  finish
}
ask qmp_capabilities ''
for _ in {1..600}; do
  [[ ! -s debug.txt ]] || break
  sleep 0.1
done
if [[ ! -s debug.txt ]]; then
  : >stdout.txt
  cp qemu.txt stderr.txt
  fail 'the guest does not boot'
  finish
fi
ask stop ''
ask dump-guest-memory '"paging": false, "protocol": "file:guest.elf"'
ask pmemsave "\"val\": 0, \"size\": $((32 << 20)), \"filename\": \"guest.raw\""
ask quit ''
exec 3>&-
wait "$qemu"
if grep '"error"' monitor.out >stderr.txt; then
  : >stdout.txt
  fail 'QEMU refuses'
fi

exits 0 import dump guest=guest.raw -o raw.bin --key key
exits 0 import dump guest=guest.elf -o elf.bin --key key
cat stdout.txt
# A line for each page: its number and content.
pages() {
  "$ksmsim" trace dump "$1" | awk '
    $2 == "write" {
      split($6, form, ":")
      count = split(form[2], list, ",")
      for (i = 0; i < $5; ++i) {
        if (form[1] == "zero") content = 0
        else if (form[1] == "c") content = form[2]
        else if (form[1] == "list") content = list[i + 1]
        else { print "what is " $6 "?"; exit }
        print $4 + i, content
      }
    }'
}
pages raw.bin >raw.txt
pages elf.bin >elf.txt
[[ $(wc -l <raw.txt) == $((32 * 256)) ]] || fail 'the raw image does not have all pages'
# What the ELF core has of RAM (below 32 MiB; the hole for video memory is not in it).
awk '$1 < 32 * 256' elf.txt >elf-ram.txt
[[ $(wc -l <elf-ram.txt) -ge $((31 * 256)) ]] || fail 'the ELF core does not have the RAM'
awk 'NR == FNR { raw[$1] = $2; next } raw[$1] != $2 { print "page", $1, "differs"; bad = 1 }
     END { exit bad }' raw.txt elf-ram.txt || fail 'ELF core and raw image differ'
# What the guest wrote is there: 56 pages that are all different, 56 that are equal.
awk '$1 >= 16 && $1 < 128 { print $2 }' elf.txt | sort | uniq -c | awk '{ print $1 }' |
  sort -n | uniq -c | awk '{ $1 = $1; print }' >counts.txt
[[ $(cat counts.txt) == $'56 1\n1 56' ]] ||
  fail "not what the guest wrote: $(tr '\n' ';' <counts.txt)"

finish
