#!/usr/bin/env bash
# docs/recorded-table.sh KSMSIM: for every profile and every kind of script, whether its rules are
# recorded (scripts whose rows of a real kernel the simulator gives, byte for byte) or read from
# sources alone. Made from tests/data/recorded*: a folder's README names the kernel that ran it.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
ksmsim=$1

declare -A kinds=(
  [fork]='^fork ' [NUMA]='^(node|move) ' [swap]='^(swapout|swapall)' [huge]='^(huge|collapse) '
  [pins]='^pin ')
columns=(fork NUMA swap huge pins)
declare -A equal all
for folder in "$root"/tests/data/recorded*; do
  profile=6.18 # Of folders whose README names none.
  if named=$(grep -o 'Profile \*\*[0-9.]*' "$folder/README.md" 2> /dev/null); then
    profile=${named##*\*}
  fi
  for script in "$folder"/*.ksm; do
    same=0
    "$ksmsim" lockstep "$script" --kernel "$profile" --compare "${script%.ksm}.csv" > /dev/null &&
      same=1
    found=()
    for kind in "${columns[@]}"; do
      if grep -qE "${kinds[$kind]}" "$script"; then found+=("$kind"); fi
    done
    for kind in "${found[@]:-other}"; do
      all[$profile-$kind]=$((${all[$profile-$kind]:-0} + 1))
      equal[$profile-$kind]=$((${equal[$profile-$kind]:-0} + same))
    done
  done
done

# cell PROFILE KIND
cell() {
  local of=${all[$1-$2]:-0} same=${equal[$1-$2]:-0}
  if ((of == 0)); then echo read
  elif ((same < of)); then echo "$same of $of equal"
  else echo "recorded ($of)"
  fi
}

echo '| profile | stands for | one machine, small pages | fork | NUMA | swap | huge pages | pins |'
echo '|---|---|---|---|---|---|---|---|'
for profile in $("$ksmsim" verify --list | sed -n 's/^kernels //p' | tr -d ,); do
  stands=$("$ksmsim" verify --list --kernel "$profile" | sed -n 's/^ *stands for  *//p')
  row="| $profile | $stands | $(cell "$profile" other) |"
  for kind in "${columns[@]}"; do row+=" $(cell "$profile" "$kind") |"; done
  echo "$row"
done
