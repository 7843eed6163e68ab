// A strategy as a scenario's `search:` section would name its settings.
#pragma once

#include <memory>
#include <string>

#include "sim/config/reader.hpp"
#include "sim/search/strategy.hpp"

namespace campaign_sim::testing {

using StrategyMaker = std::unique_ptr<Strategy> (*)(Reader&, const SearchProblem&);

// Throws ConfigError where the section is wrong.
inline std::unique_ptr<Strategy> strategy_from(StrategyMaker maker, const std::string& yaml,
                                               const SearchProblem& problem) {
  auto document = Document::parse("search: " + yaml, "search.yaml");
  auto root = document.root();
  auto section = root.section("search");
  auto strategy = maker(section, problem);
  document.finish();
  return strategy;
}

// What the user reads; empty where nothing is wrong.
inline std::string mistakes_in(StrategyMaker maker, const std::string& yaml, const SearchProblem& problem) {
  try {
    strategy_from(maker, yaml, problem);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return {};
}

}  // namespace campaign_sim::testing
