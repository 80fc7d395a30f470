#!/bin/bash
# Boots guests that build.sh made, without KVM, and stays until it is ended; they end with it.
#
#   usage: boot.sh IMAGES OUT [-- OPTION...]
#
#   IMAGES    the folder that build.sh filled
#   OUT       a folder: gets NAME.pid and NAME.console of each guest
#
#   options:  names=A,B     names of the guests (web,db): host name, and QEMU's -name
#             memory=MIB    of each guest (320)
#             merge=on|off  whether QEMU makes its memory mergeable (on)
#             huge=yes|no   whether QEMU gets the huge pages for which it asks (yes)
#
# A guest is at work once its console says GUEST-READY.
set -euo pipefail

fail() { echo "${0##*/}: $*" >&2; exit 2; }
(( $# >= 2 )) || fail "usage: IMAGES OUT [-- OPTION...]"
images=$1 out=$2
shift 2
(( $# )) && shift
names=web,db memory=320 merge=on huge=yes
for option in "$@"; do
  case $option in
    names=* | memory=* | merge=* | huge=*) declare "${option%%=*}=${option#*=}" ;;
    *) fail "'$option' is not an option" ;;
  esac
done
for file in vmlinuz initramfs.gz disk.img; do
  [[ -e $images/$file ]] || fail "$images/$file is not there: build.sh makes it"
done
mkdir -p "$out"

guests=()
end_guests() {
  trap - EXIT
  (( ${#guests[@]} == 0 )) || kill "${guests[@]}" 2> /dev/null || true
  wait
  for name in ${names//,/ }; do rm -f "$out/$name.pid"; done
}
trap end_guests EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Huge pages are refused to a process by PR_SET_THP_DISABLE (41), which it hands on through exec.
with=()
[[ $huge == yes ]] ||
  with=(perl -e 'syscall(157, 41, 1, 0, 0, 0) == 0 or die "prctl: $!"; exec @ARGV')
for name in ${names//,/ }; do
  # snapshot=on: what a guest writes to its disk goes into a file that goes with it.
  "${with[@]}" qemu-system-x86_64 -name "guest=$name" -machine "pc,mem-merge=$merge" -accel tcg \
    -smp 1 -m "${memory}M" -nic none -display none -monitor none -no-reboot \
    -kernel "$images/vmlinuz" -initrd "$images/initramfs.gz" \
    -drive "file=$images/disk.img,format=raw,if=virtio,snapshot=on" \
    -serial "file:$out/$name.console" \
    -append "console=ttyS0 quiet panic=-1 mitigations=off systemd.hostname=$name" &
  guests+=($!)
  echo $! > "$out/$name.pid"
done
# It stays while they all run; a guest that ends by itself is somebody's experiment or a mistake.
for guest in "${guests[@]}"; do
  wait "$guest" || echo "${0##*/}: guest $guest ended with status $?" >&2
done
