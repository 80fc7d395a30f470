# Sourced by the scripts beside it: boots a kernel in QEMU with an initramfs that runs something on
# its KSM. Options that all of them take, as name=value:
#
#   nodes=N     NUMA nodes (1); the processor is on node 0, memory is shared out evenly
#   memory=MIB  memory of the guest (3072)
#   swap=yes    swap on a RAM disk that writes at once (needs the package, or brd=FILE)
#   brd=FILE    that kernel's brd.ko, not compressed
#   accel=NAME  tcg (default) or kvm
#
# Needs qemu-system-x86_64, a static busybox and cpio; for a package, dpkg-deb.

fail() { echo "${0##*/}: $*" >&2; exit 2; }

# guest_option WORD: takes it if it is one of the options above.
nodes=1 memory=3072 swap=no brd='' accel=tcg
guest_option() {
  case $1 in
    nodes=* | memory=* | swap=* | brd=* | accel=*) declare -g "${1%%=*}=${1#*=}" ;;
    *) return 1 ;;
  esac
}

# prepare_guest KERNEL OUT: a Debian package with a kernel or a bzImage with KSM, initramfs and 8250
# console built in. Up to 6.18 the package is linux-image-VERSION, with modules; later ones have the
# kernel in linux-binary-VERSION and the modules in linux-modules-VERSION, which has to lie beside
# it for swap. Leaves the guest's files to be in $root.
prepare_guest() {
  kernel=$1 out=$2
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  if [[ $kernel == *.deb ]]; then
    dpkg-deb -x "$kernel" "$work/package"
    local modules=${kernel/linux-binary-/linux-modules-}
    [[ $modules == "$kernel" || ! -e $modules ]] || dpkg-deb -x "$modules" "$work/package"
    kernel=$(find "$work/package" -name 'vmlinuz*' | head -n 1)
    [[ -n $kernel ]] ||
      fail "$1 has no kernel: since 6.19 that is in linux-binary-VERSION, beside linux-modules-VERSION"
    if [[ $swap == yes && -z $brd ]]; then
      packed=$(find "$work/package" -name 'brd.ko*' | head -n 1)
      [[ -n $packed ]] || fail "no brd.ko in $1, nor in a package ${modules##*/} beside it"
      brd=$work/brd.ko
      if [[ $packed == *.xz ]]; then xz -dc "$packed" > "$brd"; else cp "$packed" "$brd"; fi
    fi
  fi
  [[ $swap == no || -n $brd ]] || fail "swap=yes needs a package or brd=FILE"
  root=$work/root
  mkdir -p "$root"/{bin,proc,sys,dev,tmp,scripts} "$out"
  cp "$(command -v busybox)" "$root/bin/busybox"
  [[ $swap == no ]] || cp "$brd" "$root/brd.ko"
}

# boot_guest < WORK: boots it. WORK are lines of shell that run in the guest, in a folder whose
# files are brought back to OUT; console.txt beside them is what the guest said.
boot_guest() {
  cat > "$root/init" << 'INIT'
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
mkdir /tmp/out; cd /tmp/out
uname -rvm > VERSION
. /work.sh
stty -F /dev/ttyS1 raw -echo
tar cz . > /dev/ttyS1
sleep 2
poweroff -f
INIT
  cat > "$root/work.sh"
  chmod +x "$root/init"
  (cd "$root" && find . | cpio -o -H newc --quiet | gzip -1) > "$work/initramfs.gz"
  local machine=(-m "${memory}M") node cpus
  if ((nodes > 1)); then
    for ((node = 0; node < nodes; ++node)); do
      machine+=(-object "memory-backend-ram,id=m$node,size=$((memory / nodes))M")
      cpus=; ((node)) || cpus=,cpus=0
      machine+=(-numa "node,nodeid=$node$cpus,memdev=m$node")
    done
  fi
  # One processor: per-CPU lists are one list then, and TCG is quickest so.
  qemu-system-x86_64 -machine pc,mem-merge=off -accel "$accel" -smp 1 "${machine[@]}" \
    -kernel "$kernel" -initrd "$work/initramfs.gz" -display none -monitor none -no-reboot \
    -serial "file:$out/console.txt" -serial "file:$work/out.tgz" \
    -append "console=ttyS0 quiet panic=-1 mitigations=off"
  tar xzf "$work/out.tgz" -C "$out"
}
