// Sobol's sequence as a sampler; see model/sobol.hpp for the rule.
#include "sim/search/model/sobol.hpp"

#include <fmt/format.h>

#include "sim/config/reader.hpp"
#include "sim/search/sampler_makers.hpp"
#include "sim/search/samplers/point_sequence.hpp"

namespace campaign_sim {

std::unique_ptr<Sampler> make_sobol(Reader& section, const SearchProblem& problem) {
  const bool scramble = section.flag_or("scramble", true);
  std::size_t dimensions = problem.space.size();
  if (dimensions > SobolSequence::most_dimensions) {
    section.reject(rule_key(section),
                   fmt::format("Sobol's sequence is tabulated for {} dimensions and the space has {}; "
                               "use halton, latin_hypercube or random",
                               SobolSequence::most_dimensions, dimensions));
    dimensions = 0;
  }
  const SobolSequence sequence{dimensions, scramble ? std::optional{problem.seed} : std::nullopt};
  const auto point = [sequence](std::uint64_t k) -> std::optional<std::vector<double>> {
    if (k >> SobolSequence::bits_of_index) return std::nullopt;
    return sequence.point(k);
  };
  return follow(point, problem);
}

}  // namespace campaign_sim
