#!/bin/bash
# Builds a small Debian guest from Debian's packages: kernel, initramfs and a root disk, for boot.sh
# beside this. No KVM, no network but the packages' archive.
#
#   usage: build.sh KERNEL OUT [-- OPTION...]      (as root: debootstrap needs it)
#
#   KERNEL    a Debian package linux-image-VERSION, or the word `download` for the cloud kernel of
#             this machine's release (apt-get download)
#   OUT       a folder: gets vmlinuz, initramfs.gz, disk.img, packages.txt (what is in it)
#
#   options:  suite=NAME  Debian release of the guest (bookworm)
#             mirror=URL  where its packages come from (where apt gets this machine's)
#             root=DIR    a root made by debootstrap before, to be used again; made if not there
#
# Inside: systemd, nginx, cron, rsyslog, dbus, and workload.py (beside this) as a service. Every
# guest boots from the same disk; its name, and so its data, comes with the kernel's command line.
set -euo pipefail

fail() { echo "${0##*/}: $*" >&2; exit 2; }
(( $# >= 2 )) || fail "usage: KERNEL OUT [-- OPTION...]"
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
kernel=$1 out=$2
shift 2
(( $# )) && shift
suite=bookworm mirror='' root=''
for option in "$@"; do
  case $option in
    suite=* | mirror=* | root=*) declare "${option%%=*}=${option#*=}" ;;
    *) fail "'$option' is not an option" ;;
  esac
done
(( EUID == 0 )) || fail "not root: debootstrap sets owners and devices"
for tool in debootstrap:debootstrap mkfs.ext4:e2fsprogs cpio:cpio dpkg-deb:dpkg \
  busybox:busybox-static; do
  [[ -n $(command -v "${tool%:*}") ]] || fail "${tool%:*} is not there (Debian: ${tool#*:})"
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$out"
if [[ $kernel == download ]]; then
  package=$(apt-cache depends linux-image-cloud-amd64 | awk '/Depends: linux-image/ { print $2 }')
  [[ -n $package ]] || fail "linux-image-cloud-amd64 is not among the packages (apt-get update?)"
  # Into a folder that apt's own user may write.
  mkdir "$work/download" && chmod 777 "$work/download" && chmod 755 "$work"
  (cd "$work/download" && apt-get -q download "$package" >&2)
  kernel=$(echo "$work"/download/*.deb)
fi
[[ -e $kernel ]] || fail "$kernel is not there"

# The root file system.
[[ -n $root ]] || root=$work/root
if [[ ! -d $root ]]; then
  # The first archive of Debian's own packages that this machine uses.
  [[ -n $mirror ]] || mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' \
    'Label: Debian' 'Component: main' | sed -n 1p)
  [[ -n $mirror ]] || fail "apt knows no archive of Debian's (apt-get update?): say mirror=URL"
  debootstrap --variant=minbase \
    --include=systemd-sysv,udev,dbus,cron,rsyslog,nginx-light,python3,procps,kmod,iproute2 \
    "$suite" "$root" "$mirror" >&2
fi
echo '/dev/vda / ext4 rw,relatime 0 1' > "$root/etc/fstab"
: > "$root/etc/machine-id"
rm -f "$root/var/lib/dbus/machine-id" "$root/etc/hostname"
chroot "$root" passwd -d root > /dev/null
install -m 755 "$here/workload.py" "$root/usr/local/bin/workload.py"
cat > "$root/etc/systemd/system/workload.service" <<'UNIT'
[Unit]
Description=What this guest is there for
After=multi-user.target nginx.service
[Service]
ExecStart=/usr/bin/python3 /usr/local/bin/workload.py
StandardOutput=tty
TTYPath=/dev/ttyS0
[Install]
WantedBy=default.target
UNIT
chroot "$root" systemctl -q enable workload.service
# Nothing that calls out, and no login that waits.
chroot "$root" systemctl -q mask apt-daily.timer apt-daily-upgrade.timer e2scrub_reap.service \
  serial-getty@ttyS0.service getty@tty1.service
rm -f "$root"/var/cache/apt/archives/*.deb
chroot "$root" dpkg-query -W > "$out/packages.txt"

# The kernel, and an initramfs that loads what the disk needs and hands over.
dpkg-deb -x "$kernel" "$work/package"
cp "$work"/package/boot/vmlinuz-* "$out/vmlinuz"
modules=$(echo "$work"/package/lib/modules/*)
[[ -d $modules ]] || modules=$(echo "$work"/package/usr/lib/modules/*)
version=${modules##*/}
init=$work/initramfs
mkdir -p "$init"/{bin,proc,sys,dev,root,"lib/modules/$version"}
cp "$(command -v busybox)" "$init/bin/busybox"
for name in virtio virtio_ring virtio_pci virtio_pci_modern_dev virtio_pci_legacy_dev virtio_blk \
  crc16 crc32c_generic libcrc32c mbcache jbd2 ext4; do
  packed=$(find "$modules/kernel" -name "$name.ko*" | head -n 1)
  [[ -n $packed ]] || continue # Built in.
  file=$init/lib/modules/$version/$name.ko
  if [[ $packed == *.xz ]]; then xz -dc "$packed" > "$file"; else cp "$packed" "$file"; fi
done
"$init/bin/busybox" depmod -b "$init" "$version"
cat > "$init/init" <<'INIT'
#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t devtmpfs dev /dev
for module in virtio_pci virtio_blk ext4; do modprobe $module 2> /dev/null; done
while [ ! -b /dev/vda ]; do sleep 0.1; done
mount -t ext4 -o ro /dev/vda /root || exec sh
umount /sys /proc
mount -o move /dev /root/dev
exec switch_root /root /sbin/init
INIT
chmod +x "$init/init"
(cd "$init" && find . | LC_ALL=C sort | cpio -o -H newc --quiet | gzip -1) > "$out/initramfs.gz"

rm -f "$out/disk.img"
truncate -s "$(($(du -sm "$root" | cut -f 1) + 400))M" "$out/disk.img"
mkfs.ext4 -q -L root -E lazy_itable_init=0,lazy_journal_init=0 -d "$root" "$out/disk.img"
echo "$out: kernel $version, $(wc -l < "$out/packages.txt") packages"
