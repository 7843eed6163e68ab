// What a comparison runs: variants of one scenario, each with the same seeds.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "sim/scenario/scenario.hpp"

namespace campaign_sim {

struct ComparisonRequest {
  std::filesystem::path scenario;
  std::vector<std::string> assignments;  // --set: laid over every variant
  std::vector<std::string> vary;         // path=a,b,c: every combination is a variant
  std::optional<std::uint64_t> seed;     // the first; else the scenario's
  std::uint64_t seeds = 1;               // so many, one after the other
  std::optional<double> target;          // of the metric; else the scenario's `stop.target`
};

struct PlannedVariant {
  std::string name;
  std::string folder;                    // below that of the comparison
  std::string of_scenario;               // one of the file's variants; empty: the scenario as it stands
  std::vector<std::string> assignments;  // over that, those of the request included
  std::string digest;  // of all that decides its results but the seed: resolved scenario, data, version
  std::string resolved;
};

struct ComparisonPlan {
  std::string name;
  std::vector<PlannedVariant> variants;
  std::vector<std::uint64_t> seeds;
  Objective objective;
  std::string resource_unit;
  std::string currency;
  std::optional<double> target;
};

// What is wrong if one of the assignments fixes a value that is to vary, by the option as it was typed; else
// empty.
std::string set_besides(const std::vector<std::string>& assignments, const std::string& path,
                        const std::string& typed);

// Reads and checks every variant: those of the request, or, if there are any, `instead`. Throws ConfigError
// with the mistakes of all of them.
ComparisonPlan plan_comparison(const ComparisonRequest& request,
                               const std::vector<std::filesystem::path>& library, const std::string& version,
                               std::vector<PlannedVariant> instead = {});

// Throws ConfigError that names the variants which do not differ: each would be counted as another one in
// ranks and corrections.
void expect_different(const ComparisonPlan& plan);

}  // namespace campaign_sim
