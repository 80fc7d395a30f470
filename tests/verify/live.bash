# Sourced by the scripts beside it, which use the KSM of this machine. A test that cannot be is
# skipped (77), and says why.
set -uo pipefail
ksmsim=$1
ksm=/sys/kernel/mm/ksm
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place" || exit 1

skip() { echo "skipped: $*"; exit 77; }
fail() { echo "FAILED: $*"; cat out err 2> /dev/null; exit 1; }

[[ -e $ksm/run ]] || skip "this kernel has no KSM"
((EUID == 0)) || skip "only root can step the kernel's KSM"
[[ -w $ksm/run ]] || skip "$ksm cannot be written here"

# What has to be the same before and after. (The rest are counters.)
knobs() { (cd $ksm && grep -H . run sleep_millisecs pages_to_scan merge_across_nodes smart_scan \
  use_zero_pages max_page_sharing stable_node_chains_prune_millisecs advisor_mode 2> /dev/null); }

# after_lock: waits until nobody steps this machine's KSM.
after_lock() { flock /var/lock/ksm.lock true 2> /dev/null || true; }

# verify ARGUMENT...: runs ksmsim verify into out and err; skips the test if KSM is not to be had.
verify() {
  "$ksmsim" verify "$@" > out 2> err < /dev/null
  status=$?
  if ((status == 2)) && grep -q 'KSM is in use' err; then skip "$(cat err)"; fi
}
