#include "sim/core/quoted.hpp"

#include <catch2/catch.hpp>

using namespace campaign_sim;

TEST_CASE("a word of a shell is in quotes only where it must be") {
  CHECK(shell_quoted("scenarios/small.yaml") == "scenarios/small.yaml");
  CHECK(shell_quoted("search.eta=4") == "search.eta=4");
  CHECK(shell_quoted("stop.energy=2 MWh") == "'stop.energy=2 MWh'");
  CHECK(shell_quoted("my $HOME") == "'my $HOME'");
  CHECK(shell_quoted("a`b\"c\\d") == "'a`b\"c\\d'");
  CHECK(shell_quoted("it's") == "'it'\\''s'");
  CHECK(shell_quoted("~") == "'~'");
  CHECK(shell_quoted("") == "''");
}
