#include "sim/cli/terminal.hpp"

#include <catch2/catch.hpp>

using campaign_sim::clipped;

TEST_CASE("a line is clipped by letters, not by bytes") {
  CHECK(clipped("asha  3 of 30", 80) == "asha  3 of 30");
  CHECK(clipped("asha  3 of 30", 6) == "asha  ");
  CHECK(clipped("a · b · c", 3) == "a ·");
  CHECK(clipped("a · b", 5) == "a · b");
  CHECK(clipped("a", 0).empty());
}
