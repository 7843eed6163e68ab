// The files of a comparison, apart from those of its cells.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "analysis/comparison/answers.hpp"
#include "analysis/comparison/curves.hpp"
#include "sim/comparison/cells.hpp"
#include "sim/comparison/plan.hpp"

namespace campaign_sim {

struct Comparison {
  comparison::Replicates replicates;
  std::vector<comparison::Question> questions;
  std::vector<comparison::Answer> answers;
  std::vector<comparison::VariantCurve> curves;
  std::vector<comparison::TradeOff> trade_offs;
};

// Reads the cells that are there (`present`, indices into `cells`) and works everything out.
Comparison analyse(const ComparisonPlan& plan, const std::vector<Cell>& cells,
                   const std::vector<std::size_t>& present);

// comparison.csv, summaries.csv, statistics.csv, anytime.csv, pareto.csv and comparison.json. `command` is
// what remakes them.
void write_comparison(const std::filesystem::path& out, const ComparisonPlan& plan,
                      const std::vector<Cell>& cells, const std::vector<std::size_t>& present,
                      const Comparison& comparison, const std::string& command, const std::string& version);

}  // namespace campaign_sim
