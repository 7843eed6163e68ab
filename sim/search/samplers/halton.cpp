// Halton's sequence as a sampler; see model/halton.hpp for the rule.
#include "sim/search/model/halton.hpp"

#include "sim/config/reader.hpp"
#include "sim/search/sampler_makers.hpp"
#include "sim/search/samplers/point_sequence.hpp"

namespace campaign_sim {

std::unique_ptr<Sampler> make_halton(Reader& section, const SearchProblem& problem) {
  const bool scramble = section.flag_or("scramble", true);
  const HaltonSequence sequence{problem.space.size(), scramble ? std::optional{problem.seed} : std::nullopt};
  return follow([sequence](std::uint64_t k) { return std::optional{sequence.point(k)}; }, problem);
}

}  // namespace campaign_sim
