#!/usr/bin/env bash
# Has the kernel of another version carry out lockstep scripts, in QEMU, and brings the rows here.
# What tests/data/recorded-* were made with.
#
#   record-guest.sh KERNEL RECORDER OUT SCRIPTS... [-- OPTION...]
#
#   KERNEL    a Debian package with a kernel, or a bzImage: see guest.bash
#   RECORDER  the program `record`, linked statically (as the build makes it)
#   OUT       a folder: gets NAME.csv of each script, console.txt and VERSION (uname)
#   SCRIPTS   .ksm files
#   OPTION    runs=N, how often each script runs (3), or one of those in guest.bash
#
# The console says "DIFF NAME" where two runs differ and "FAIL NAME" where one fails; the exit
# status is 1 then.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/guest.bash"

(( $# >= 4 )) || fail "usage: KERNEL RECORDER OUT SCRIPTS... [-- OPTION...]"
kernel=$1 recorder=$2 out=$3
shift 3
scripts=()
while (( $# )) && [[ $1 != -- ]]; do scripts+=("$1"); shift; done
(( $# )) && shift
runs=3
for option in "$@"; do
  case $option in
    runs=*) runs=${option#*=} ;;
    *) guest_option "$option" || fail "'$option' is not an option" ;;
  esac
done

prepare_guest "$kernel" "$out"
cp "$recorder" "$root/bin/record"
cp "${scripts[@]}" "$root/scripts/"
boot_guest << WORK
runs=$runs
$(cat << 'WORK_ITSELF'
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
WORK_ITSELF
)
WORK
! grep -E '^(DIFF|FAIL)' "$out/console.txt"
