// The strategies that a scenario can name.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "sim/search/strategy.hpp"

namespace campaign_sim {

class Reader;

struct StrategyEntry {
  std::string_view name;     // in a scenario: `search: {strategy: asha}`
  std::string_view summary;  // one line for `campaign-sim list strategies`
  std::string_view source;   // the exact rule it follows
  std::string_view example;  // the smallest valid `search:` section; the contract tests run it
  // Reads the rest of the `search:` section. Its mistakes go to the reader.
  std::unique_ptr<Strategy> (*make)(Reader& search, const SearchProblem& problem);
  // Whether it comes to an end with no `stop:` rule, whatever its settings. A scenario must bound the others.
  bool ends_by_itself = false;
  // What it reads there: "eta = 3 (whole, from 2); …". docs/strategies.md has the same line.
  std::string_view parameters = "";
};

std::span<const StrategyEntry> strategies();

// A row's parameters; those of a sampler alone stand in the sampler's own row.
std::string_view parameters_of(const StrategyEntry& entry);

}  // namespace campaign_sim
