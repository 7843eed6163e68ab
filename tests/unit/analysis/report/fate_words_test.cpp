#include "analysis/report/fate_words.hpp"

#include <catch2/catch.hpp>

using namespace campaign_sim;

TEST_CASE("the page calls fates what the bill calls its causes") {
  const auto chosen = fate_words(Choice::made);
  CHECK(chosen.at("best") == "the best trial");
  CHECK(chosen.at("completed") == "completed, not chosen");
  CHECK(chosen.at("overhead") == in_words(Share::cooling, Choice::made));
  CHECK(fate_words(Choice::none).at("completed") == "completed");
  CHECK(fate_words(Choice::none).at("stopped") == "stopped early");
}
