# Sourced: KSM of this machine. One program at a time has it, or memory that it would merge: whoever
# holds the lock on $ksm_lock.
ksm=/sys/kernel/mm/ksm
ksm_lock=/var/lock/ksm.lock
ksm_saved=()

# Waits for the lock and keeps it until the shell ends. Descriptor 9; programs that may outlive the
# shell are to be started with 9>&-. Where there is no lock file and none can be made there is
# nobody to be kept out.
lock_ksm() {
  if [[ -w $ksm_lock || (! -e $ksm_lock && -w ${ksm_lock%/*}) ]]; then
    exec 9>>"$ksm_lock"
  elif [[ -r $ksm_lock ]]; then
    exec 9<"$ksm_lock"
  else
    return 0
  fi
  flock -w "${1:-1800}" 9 || { echo "$ksm_lock is held by another program" >&2; return 1; }
}

# Why KSM cannot be switched on here, or nothing.
ksm_missing() {
  if [[ ! -e $ksm/run ]]; then echo 'this kernel has no KSM'
  elif [[ ! -w $ksm/run || $EUID != 0 ]]; then echo 'only root can switch KSM on'
  elif (($(cat $ksm/pages_shared) > 0)); then echo 'KSM has merged pages of others'
  else
    local others
    others=$(mergeable_processes | tr '\n' ' ')
    [[ -z $others ]] || echo "others have mergeable memory: ${others% }"
  fi
}

# The processes that have mergeable memory, by their numbers: ksmd visits them too.
mergeable_processes() {
  local smaps number
  for smaps in /proc/[0-9]*/smaps; do
    number=${smaps//[^0-9]/}
    ! grep -q '^VmFlags:.* mg' "$smaps" 2>/dev/null || echo "$number"
  done
}

# Switches KSM off and notes what the knobs were, so that restore_ksm puts them back. REQUIRES: the
# lock, and that ksm_missing says nothing. sleep_millisecs is put back last but `run`: writing it
# wakes ksmd, which then sees that there is nothing to do.
save_ksm() {
  local knob value
  for knob in use_zero_pages smart_scan max_page_sharing merge_across_nodes advisor_mode \
    pages_to_scan sleep_millisecs run; do
    [[ -e $ksm/$knob ]] || continue
    value=$(sed 's/.*\[\(.*\)\].*/\1/' "$ksm/$knob")
    ksm_saved+=("$knob=$value")
  done
  unmerge_ksm
  [[ ! -e $ksm/advisor_mode ]] || echo none >$ksm/advisor_mode
}

# 0 first: run 2 does nothing where it is 2 already.
unmerge_ksm() {
  local run
  for run in 0 2 0; do echo $run >$ksm/run; done
}

# Unmerges everything and puts the knobs back, if they were noted.
restore_ksm() {
  local saved
  ((${#ksm_saved[@]})) || return 0
  unmerge_ksm
  for saved in "${ksm_saved[@]}"; do
    [[ $saved == run=2 ]] || # Nothing is merged: 0 is the same.
      echo "${saved#*=}" >"$ksm/${saved%%=*}"
  done
  ksm_saved=()
}
