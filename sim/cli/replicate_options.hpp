// What the sub-commands that replicate variants over seeds have in common.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/cli/scenario_options.hpp"
#include "sim/comparison/cells.hpp"

namespace campaign_sim {

// One part of the (variant, seed) grid, for job arrays.
struct Shard {
  std::size_t part = 1;
  std::size_t of = 1;
  bool holds(std::size_t cell) const { return cell % of == part - 1; }
};
// "2/5"; all if empty. Throws ConfigError.
Shard read_shard(const std::string& text);

struct ReplicateOptions : ScenarioOptions {
  std::uint64_t seeds = 10;
  std::uint64_t jobs = 0;  // 0: one per processor
  std::string out;         // empty: a folder below results/
  Shard shard;
  bool merge = false;                   // simulate nothing
  std::vector<std::string> merge_from;  // more folders, with `merge`
  Keep keep = Keep::first_seeds;
  bool quiet = false;
};

// Those that all of them have: the scenario's, --seeds, --jobs, --out, --quiet.
void add_replicate_options(CLI::App& command, ReplicateOptions& options);

}  // namespace campaign_sim
