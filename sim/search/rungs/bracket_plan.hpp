// What a strategy with rungs will run, before anything is: `campaign-sim brackets`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/search/rungs/brackets.hpp"

namespace campaign_sim {

struct BracketPlan {
  BracketTable table;  // one round; rounds follow until the trials are used up
  std::int64_t eta = 2;
  std::optional<std::uint32_t> trials{};  // all that will be started; without a number, one round is shown
  bool pauses = true;                     // promoted trials wait first; otherwise they train on at once
  std::string remark{};                   // what the table leaves open
  // Rounds after the first start every rung with new configurations, which train from nothing (DEHB).
  bool later_rounds_start_anew = false;
  std::string rung_unit{};  // of the rungs; empty: the resource's
  bool repeats = false;     // without a number of trials, round after round until another stop rule is met
};

// A bracket and how often it runs.
struct PlannedBracket {
  std::size_t number;  // in the table, from 1
  std::uint64_t times;
  Bracket bracket;    // the last one may have been cut to what was left of the trials
  bool anew = false;  // every rung starts new configurations, from nothing

  bool operator==(const PlannedBracket&) const = default;
};

std::vector<PlannedBracket> planned_brackets(const BracketPlan& plan);

// Trials at rungs where each keeps the eta-th part of the one below, `trials` at the first: what ASHA comes
// to where a trial's rank never changes. Without a number of trials, as many as leave one at the top.
BracketTable asynchronous_table(const std::vector<Resource>& levels, std::optional<std::uint32_t> trials,
                                std::int64_t eta);

}  // namespace campaign_sim
