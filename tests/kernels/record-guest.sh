#!/bin/bash
# Records scripts on another kernel: boots it in QEMU (no KVM needed) with an initramfs of busybox
# and the recorder, runs every script some times, and brings back the rows of those whose runs agree
# to the byte. So were recordings in tests/data made that are not of the machine's own kernel.
#
#   usage: record-guest.sh KERNEL RECORDER OUT SCRIPTS... [-- OPTION...]
#
#   KERNEL    a Debian package linux-image-VERSION (its modules serve as well), or a bzImage with
#             KSM, initramfs and 8250 console built in
#   RECORDER  the program `record`, linked statically (as the build makes it)
#   OUT       a folder: gets NAME.csv of each script, console.txt and VERSION (uname)
#   SCRIPTS   .ksm files
#
#   options:  runs=N      how often each script runs (3)
#             nodes=N     NUMA nodes (1); the processor is on node 0, memory is shared out evenly
#             memory=MIB  memory of the guest (3072)
#             swap=yes    swap on a RAM disk that writes at once (needs the package, or brd=FILE)
#             brd=FILE    that kernel's brd.ko, not compressed
#             accel=NAME  tcg (default) or kvm
#
# The console says "DIFF NAME" where two runs differ and "FAIL NAME" where one fails; the exit
# status is 1 then. Needs qemu-system-x86_64, a static busybox and cpio; for a package, dpkg-deb.
set -euo pipefail

fail() { echo "${0##*/}: $*" >&2; exit 2; }
(( $# >= 4 )) || fail "usage: KERNEL RECORDER OUT SCRIPTS... [-- OPTION...]"
kernel=$1 recorder=$2 out=$3
shift 3
scripts=()
while (( $# )) && [[ $1 != -- ]]; do scripts+=("$1"); shift; done
(( $# )) && shift
runs=3 nodes=1 memory=3072 swap=no brd='' accel=tcg
for option in "$@"; do
  case $option in
    runs=* | nodes=* | memory=* | swap=* | brd=* | accel=*) declare "${option%%=*}=${option#*=}" ;;
    *) fail "'$option' is not an option" ;;
  esac
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [[ $kernel == *.deb ]]; then
  dpkg-deb -x "$kernel" "$work/package"
  kernel=$(echo "$work"/package/boot/vmlinuz-*)
  if [[ $swap == yes && -z $brd ]]; then
    packed=$(find "$work/package" -name 'brd.ko*' | head -n 1)
    [[ -n $packed ]] || fail "the package has no brd.ko"
    brd=$work/brd.ko
    if [[ $packed == *.xz ]]; then xz -dc "$packed" > "$brd"; else cp "$packed" "$brd"; fi
  fi
fi
[[ $swap == no || -n $brd ]] || fail "swap=yes needs a package or brd=FILE"

machine=(-m "${memory}M")
if (( nodes > 1 )); then
  for (( node = 0; node < nodes; ++node )); do
    machine+=(-object "memory-backend-ram,id=m$node,size=$(( memory / nodes ))M")
    cpus=; (( node )) || cpus=,cpus=0
    machine+=(-numa "node,nodeid=$node$cpus,memdev=m$node")
  done
fi

root=$work/root
mkdir -p "$root"/{bin,proc,sys,dev,tmp,scripts} "$out"
cp "$(command -v busybox)" "$root/bin/busybox"
cp "$recorder" "$root/bin/record"
cp "${scripts[@]}" "$root/scripts/"
[[ $swap == no ]] || cp "$brd" "$root/brd.ko"
cat > "$root/init" <<'INIT'
#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t devtmpfs dev /dev
mount -t cgroup2 cgroup /sys/fs/cgroup; mount -t tmpfs -o size=400m tmpfs /tmp
echo 0 > /proc/sys/vm/page-cluster; echo 200 > /proc/sys/vm/swappiness
[ ! -e /proc/sys/kernel/numa_balancing ] || echo 0 > /proc/sys/kernel/numa_balancing
[ ! -e /sys/kernel/mm/lru_gen/enabled ] || echo y > /sys/kernel/mm/lru_gen/enabled
if [ -e /brd.ko ]; then
  insmod /brd.ko rd_nr=1 rd_size=1000000; mkswap /dev/ram0 > /dev/null; swapon /dev/ram0
fi
for word in $(cat /proc/cmdline); do case $word in record.runs=*) runs=${word#*=};; esac; done
mkdir /tmp/out; cd /tmp/out
uname -rvm > VERSION
for script in /scripts/*.ksm; do
  name=$(basename $script .ksm); i=0
  while [ $i -lt $runs ]; do
    if ! timeout 900 record $script > /tmp/rows 2> /tmp/errors; then
      echo "FAIL $name: $(cat /tmp/errors)"; rm -f $name.csv; break
    elif [ $i = 0 ]; then cp /tmp/rows $name.csv
    elif ! cmp -s /tmp/rows $name.csv; then
      echo "DIFF $name"; cp /tmp/rows $name.other; mv $name.csv $name.one; break
    fi
    i=$((i + 1))
  done
  echo "done $name"
done
stty -F /dev/ttyS1 raw -echo
tar cz . > /dev/ttyS1
sleep 2
poweroff -f
INIT
chmod +x "$root/init"
(cd "$root" && find . | cpio -o -H newc --quiet | gzip -1) > "$work/initramfs.gz"
# One processor: per-CPU lists are one list then, and TCG is quickest so.
qemu-system-x86_64 -machine pc,mem-merge=off -accel "$accel" -smp 1 "${machine[@]}" \
  -kernel "$kernel" -initrd "$work/initramfs.gz" -display none -monitor none -no-reboot \
  -serial "file:$out/console.txt" -serial "file:$work/rows.tgz" \
  -append "console=ttyS0 quiet panic=-1 mitigations=off record.runs=$runs"
tar xzf "$work/rows.tgz" -C "$out"
! grep -E '^(DIFF|FAIL)' "$out/console.txt"
