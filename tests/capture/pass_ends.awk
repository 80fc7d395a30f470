# Two tables of counters over time (CSV; the host's, then the predicted ones) as one of pass ends: of
# both the first sample that has the pass. Passes before KSM is switched on (over nothing) do not
# count. Exit status 1 if a predicted pages_sharing is more than 5 % off from the second pass on (the
# first merges nothing), or there are fewer than 3 passes.
function lasted(file, p) { return p > 1 ? sprintf("%.1f", time[file, p] - time[file, p - 1]) : "-" }
BEGIN { FS = "," }
FNR == 1 { ++file; split("", at); for (i = 1; i <= NF; ++i) at[$i] = i; next }
FNR == 2 { scanned[file] = $at["pages_scanned"] }
$at["pages_scanned"] == scanned[file] { before[file] = last[file] = $at["full_scans"] + 0; next }
{ pass = $at["full_scans"] - before[file]
  for (p = last[file] - before[file] + 1; p <= pass; ++p) {
    time[file, p] = $at["seconds"]
    sharing[file, p] = $at["pages_sharing"]
    shared[file, p] = $at["pages_shared"]
    unshared[file, p] = $at["pages_unshared"]
  }
  last[file] = $at["full_scans"]
}
END {
  print "| pass | lasts s | predicted | sharing | predicted | error | shared | predicted " \
    "| unshared | predicted |"
  print "|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|"
  for (file = 1; file <= 2; ++file) last[file] -= before[file]
  most = last[1] < last[2] ? last[1] : last[2]
  for (p = 1; p <= most; ++p) {
    r = sharing[1, p]; q = sharing[2, p]
    error = r > 0 ? 100 * (q - r) / r : (q > 0 ? 100 : 0)
    if (p > 1 && (error > 5 || error < -5)) off = off " " p
    printf "| %d | %s | %s | %d | %d | %+.2f %% | %d | %d | %d | %d |\n", p, lasted(1, p),
      lasted(2, p), r, q, error, shared[1, p], shared[2, p],
      unshared[1, p], unshared[2, p]
  }
  printf "\npasses: %d recorded, %d predicted; more than 5 %% off:%s\n", last[1], last[2],
    (off == "" ? " none" : off)
  exit off != "" || most < 3
}
