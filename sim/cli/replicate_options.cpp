#include "sim/cli/replicate_options.hpp"

#include <CLI/CLI.hpp>
#include <charconv>

#include "sim/config/reader.hpp"

namespace campaign_sim {

Shard read_shard(const std::string& text) {
  if (text.empty()) return {};
  Shard shard;
  const char* end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, shard.part);
  bool good = first.ec == std::errc{} && first.ptr != end && *first.ptr == '/';
  if (good) {
    const auto second = std::from_chars(first.ptr + 1, end, shard.of);
    good = second.ec == std::errc{} && second.ptr == end && shard.part >= 1 && shard.part <= shard.of;
  }
  if (!good) throw ConfigError{"--shard " + text + ": error: expected i/N with i from 1 to N, such as 2/5\n"};
  return shard;
}

void add_replicate_options(CLI::App& command, ReplicateOptions& options) {
  add_scenario_options(command, options);
  command
      .add_option("--seeds", options.seeds, "replicates of each variant: the seed and those that follow it")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{100'000}))
      ->capture_default_str();
  command.add_option("--jobs", options.jobs, "replicates at the same time (default: one per processor)")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{10'000}));
  command.add_option("--out", options.out,
                     "folder of the results (default: results/<name>-comparison or -sensitivity)");
  command.add_flag("--quiet", options.quiet, "print nothing but errors");
}

}  // namespace campaign_sim
