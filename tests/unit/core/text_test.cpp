#include "sim/core/text.hpp"

#include <catch2/catch.hpp>

using namespace campaign_sim;

TEST_CASE("blanks of every kind are taken off both ends and left within") {
  CHECK(trimmed(" \t\r\n a \t b\r\n") == "a \t b");
  CHECK(trimmed("a") == "a");
  CHECK(trimmed(" \t\r\n").empty());
  CHECK(trimmed("").empty());
}

TEST_CASE("lower case is that of ASCII") { CHECK(lower("NVIDIA \xc3\x84 a1") == "nvidia \xc3\x84 a1"); }
