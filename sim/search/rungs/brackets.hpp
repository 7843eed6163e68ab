// The rungs and brackets of Successive Halving and Hyperband: how many configurations train how far.
//
// Tools that say "Hyperband" start from different tables, so a table is named after one exact rule. The
// default is the paper's, in integers: no logarithm is taken, so R = 243, 729 and 1000 come out right.
// The tools' rules: tool_brackets.hpp.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "sim/core/trial.hpp"

namespace campaign_sim {

struct Rung {
  std::int64_t configurations;
  Resource resource;  // each of them has when it leaves the rung

  bool operator==(const Rung&) const = default;
};

// One run of Successive Halving.
struct Bracket {
  std::vector<Rung> rungs;  // the first samples, each later one promotes

  // The bracket when it starts with no more than `limit` configurations: each rung keeps the eta-th part
  // of the one below, and rungs that nobody reaches are left out.
  Bracket cut_to(std::int64_t limit, std::int64_t eta) const;

  bool operator==(const Bracket&) const = default;
};

struct BracketTable {
  std::vector<Bracket> brackets;  // in the order in which they run: most rungs first

  std::int64_t configurations() const;  // sampled in all
  std::int64_t evaluations() const;     // segments
  Resource resource_restart() const;    // in all, when a promoted configuration trains again from nothing
  Resource resource_resume() const;     // in all, when it goes on from its checkpoint
};

enum class BracketRule : std::uint8_t {
  paper,        // Li et al., JMLR 18-185, 2018, algorithm 1
  hpbandster,   // HpBandSter 0.7.4, optimizers/hyperband.py
  dehb,         // DEHB 0.1.2: HpBandSter's
  neps,         // NePS, calculate_hb_bracket_layouts
  smac3,        // SMAC3 2, Hyperband and SuccessiveHalving intensifiers
  keras_tuner,  // Keras Tuner, HyperbandOracle
  nni,          // NNI, hyperband_advisor: smallest resource is 1
  ray,          // Ray Tune, HyperBandScheduler: smallest resource is 1
  syne_tune,    // Syne Tune 0.13, SynchronousHyperbandRungSystem.geometric
};

struct BracketRuleName {
  std::string_view name;
  BracketRule rule;
};
std::span<const BracketRuleName> bracket_rules();
std::optional<BracketRule> find_bracket_rule(std::string_view name);

// What a table is computed from.
struct BracketProblem {
  Resource max_resource;  // R
  Resource min_resource;  // r, more than 0 and at most R
  std::int64_t eta;       // reduction factor, at least 2
};

// Why a rule has no table for a problem, in words a user understands, and which number is to blame.
struct BracketObstacle {
  enum class Number : std::uint8_t { eta, min_resource, max_resource };
  Number number;
  std::string_view message;
};
// Nothing if the rule has a table.
std::optional<BracketObstacle> bracket_obstacle(BracketRule rule, const BracketProblem& problem);

// All brackets of one Hyperband. Nothing may stand in the way (`bracket_obstacle`).
BracketTable bracket_table(BracketRule rule, const BracketProblem& problem);

// One Successive Halving in the manner of the paper: `configurations` start at R / eta^halvings.
Bracket halving_bracket(const BracketProblem& problem, std::int64_t configurations, int halvings);

// The largest s with r · eta^s <= R: how often the configurations can be halved between r and R.
int largest_halving(const BracketProblem& problem);
// The resource of the rung above; exactly the largest where floating point misses it: 0.1 · 3 · 3 is 0.9.
Resource rung_above(Resource rung, std::int64_t eta, Resource max_resource);

std::int64_t whole_power(std::int64_t base, int exponent);

}  // namespace campaign_sim
