#!/usr/bin/env bash
# Verifies the simulator against the kernel of another version: boots it in QEMU, runs
# `ksmsim verify` inside, and brings back what it said and the rows.
#
#   verify-guest.sh KERNEL KSMSIM OUT [SCRIPTS...] [-- OPTION...]
#
#   KERNEL   a Debian package with a kernel, or a bzImage: see guest.bash
#   KSMSIM   the program; the shared libraries that it needs go along
#   OUT      a folder: gets summary.txt, rows/ (the real kernel's, and the random scripts),
#            differ/ (scripts that differ, with both rows), console.txt and VERSION (uname)
#   SCRIPTS  .ksm files
#   OPTION   random=N (0) and seed=S (1): so many random scripts from this seed on;
#            profile=NAME: of this profile only; or one of those in guest.bash
#
# The exit status is that of `ksmsim verify`.
#
#   For instance: verify-guest.sh linux-image-6.1.0-56-cloud-amd64_6.1.192-2_amd64.deb \
#     build/release/ksmsim /tmp/rows-6.1 -- random=500 nodes=2 swap=yes
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/guest.bash"

(( $# >= 3 )) || fail "usage: KERNEL KSMSIM OUT [SCRIPTS...] [-- OPTION...]"
kernel=$1 ksmsim=$2 out=$3
shift 3
scripts=()
while (( $# )) && [[ $1 != -- ]]; do scripts+=("$1"); shift; done
(( $# )) && shift
random=0 seed=1 profile=
for option in "$@"; do
  case $option in
    random=* | seed=* | profile=*) declare "${option%%=*}=${option#*=}" ;;
    *) guest_option "$option" || fail "'$option' is not an option" ;;
  esac
done

prepare_guest "$kernel" "$out"
cp "$ksmsim" "$root/bin/ksmsim"
ldd "$ksmsim" | grep -o '/[^ ]*' | while read -r library; do
  mkdir -p "$root${library%/*}"
  cp -L "$library" "$root$library"
done
arguments=()
if (( ${#scripts[@]} )); then
  cp "${scripts[@]}" "$root/scripts/"
  arguments+=('/scripts/*.ksm')
fi
(( random == 0 )) || arguments+=(--random "$random" --seed "$seed")
[[ -z $profile ]] || arguments+=(--profile "$profile")
boot_guest << WORK
(ksmsim verify ${arguments[@]} --rows rows --keep differ 2>&1; echo \$? > /tmp/status) |
  tee summary.txt
cp /tmp/status status
WORK
cat "$out/summary.txt"
exit "$(cat "$out/status")"
