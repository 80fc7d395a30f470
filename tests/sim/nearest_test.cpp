// What somebody may have meant.
#include "sim/base/nearest.hpp"

#include <catch2/catch.hpp>

namespace ksmsim {
namespace {

TEST_CASE("The nearest name is the one with the fewest letters to add, drop or replace") {
  CHECK(nearest("kitten", {"kit", "sitting", "mitten"}) == "mitten");
  CHECK(nearest("pages", {"page", "pagessss"}) == "page");
  CHECK(nearest("", {"long", "a"}) == "a");
}

TEST_CASE("Of two names equally near the first is taken") {
  CHECK(nearest("ab", {"aa", "bb"}) == "aa");
  CHECK(nearest("ab", {"bb", "aa"}) == "bb");
}

TEST_CASE("Capital letters are as near as small ones") {
  CHECK(nearest("RUN", {"rum", "run"}) == "run");
}

}  // namespace
}  // namespace ksmsim
