// A comparison as a person reads it on the terminal: the winner of each question, how sure that is, and how
// many more seeds would settle it.
#pragma once

#include <string>

#include "sim/comparison/comparison_files.hpp"

namespace campaign_sim {

std::string comparison_table(const ComparisonPlan& plan, const Comparison& comparison);

}  // namespace campaign_sim
