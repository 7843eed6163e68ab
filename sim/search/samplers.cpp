// The samplers that a scenario can name, written out: no static initialiser fills this table.
#include <array>
#include <string>
#include <vector>

#include "sim/config/reader.hpp"
#include "sim/core/expect.hpp"
#include "sim/search/sampler.hpp"
#include "sim/search/sampler_makers.hpp"

namespace campaign_sim {

namespace {

constexpr auto table = std::to_array<SamplerEntry>({
    {"random", "independent uniform draws", "Bergstra & Bengio, JMLR 13, 2012", "{}", make_random},
    {"grid", "every combination of evenly spaced values",
     "full factorial design; reals at `points` even places, ends included, the last parameter fastest",
     "{points: 3}", make_grid, "points (whole, from 1; needed where a float has no step)"},
    {"replay", "a recorded list of configurations", "the list, in its order",
     "{configurations: [{x: 0.25, n: 2, c: a}]}", make_replay,
     "configurations (list) or file (CSV with a column per parameter)"},
});

}  // namespace

std::span<const SamplerEntry> samplers() { return table; }

std::unique_ptr<Sampler> read_sampler(Reader& search, const SearchProblem& problem) {
  auto section = search.chosen_section("sampler", "kind", "random");
  std::vector<std::string_view> names;
  for (const auto& entry : table) names.push_back(entry.name);
  const std::string name = section.one_of_or("kind", "random", names);
  for (const auto& entry : table)
    if (entry.name == name) return entry.make(section, problem);
  // A wrong name was reported and read as a harmless one.
  return make_random(section, problem);
}

}  // namespace campaign_sim
