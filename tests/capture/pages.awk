# Reads the text of a trace; prints what holds at the time `until`: actors.bash, pages_of.
# Page numbers are larger than mawk takes for integers.
BEGIN { CONVFMT = "%.17g" }
# A huge page of which a part goes is split. (That the kernel split one as such no trace tells.)
function split_huge(name, from, count,    i, block) {
  for (block = int(from / 512); block <= int((from + count - 1) / 512); ++block) {
    if (!((name, block * 512) in huge)) continue
    for (i = block * 512; i < block * 512 + 512; ++i) delete huge[name, i]
  }
}
function has_to_be_mapped(name, from, count, what,    i) {
  for (i = from; i < from + count; ++i) {
    if (!((name, i) in mapped)) { print "not mapped:", name, i, what; exit 1 }
  }
}
substr($1, 1, 1) != "@" { next }
substr($1, 2) + 0 > until { exit }
$2 == "map" { for (i = $4; i < $4 + $5; ++i) mapped[$3, i] = 1 }
$2 == "unmap" || $2 == "discard" || $2 == "swapout" { split_huge($3, $4, $5) }
$2 == "unmap" {
  has_to_be_mapped($3, $4, $5, $2)
  for (i = $4; i < $4 + $5; ++i) {
    delete mapped[$3, i]; delete content[$3, i]
    delete swapped[$3, i]; delete merged[$3, i]
  }
}
$2 == "exit" {
  for (key in mapped) {
    split(key, part, SUBSEP)
    if (part[1] == $3) {
      delete mapped[key]; delete content[key]
      delete huge[key]; delete swapped[key]; delete merged[key]
    }
  }
}
$2 == "write" {
  has_to_be_mapped($3, $4, $5, $2)
  colon = index($6, ":")
  form = colon ? substr($6, 1, colon - 1) : $6
  if (form == "list") split(substr($6, colon + 1), list, ",")
  for (i = 0; i < $5; ++i) {
    if (form == "zero") value = "0"
    else if (form == "c") value = substr($6, 3)
    else if (form == "list") value = list[i + 1]
    else { print "what is", $6; exit 1 }
    content[$3, $4 + i] = value
    delete swapped[$3, $4 + i]; delete merged[$3, $4 + i]
  }
}
$2 == "discard" {
  for (i = $4; i < $4 + $5; ++i) {
    delete content[$3, i]; delete swapped[$3, i]; delete merged[$3, i]
  }
}
$2 == "huge" {
  for (i = $4; i < $4 + $5; ++i) { if ($6 == "on") huge[$3, i] = 1; else delete huge[$3, i] }
}
$2 == "swapout" { for (i = $4; i < $4 + $5; ++i) swapped[$3, i] = 1 }
$2 == "swapin" { for (i = $4; i < $4 + $5; ++i) delete swapped[$3, i] }
$2 == "observe" && $6 == "swapped" { for (i = $4; i < $4 + $5; ++i) swapped[$3, i] = 1 }
$2 == "observe" && $6 == "merged" { for (i = $4; i < $4 + $5; ++i) merged[$3, i] = 1 }
END {
  for (key in mapped) {
    split(key, part, SUBSEP)
    state = ((key in huge) ? "h" : "") ((key in swapped) ? "s" : "") ((key in merged) ? "m" : "")
    printf "%s %s %s %s\n", part[1], part[2], (key in content) ? content[key] : "absent",
      state == "" ? "-" : state
  }
}
