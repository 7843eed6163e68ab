#include "sim/search/samplers/point_sequence.hpp"

#include <fmt/format.h>

#include "sim/config/reader.hpp"
#include "sim/search/transform.hpp"

namespace campaign_sim {

namespace {

class FollowPoints final : public Sampler {
 public:
  FollowPoints(PointSequence sequence, const SearchProblem& problem)
      : sequence_{std::move(sequence)}, space_{problem.space} {}

  std::optional<Configuration> propose(TrialId) override {
    for (std::uint64_t attempt = 0; attempt < most_redraws; ++attempt) {
      const auto point = sequence_(next_++);
      if (!point) return std::nullopt;
      auto configuration = from_unit(space_, *point);
      if (space_.allows(configuration)) return configuration;
    }
    throw ConfigError{fmt::format(
        "error: {} points in a row broke the constraints of the search space; widen the parameters or drop a "
        "constraint\n",
        most_redraws)};
  }

 private:
  PointSequence sequence_;
  const Space& space_;
  std::uint64_t next_ = 0;
};

}  // namespace

std::unique_ptr<Sampler> follow(PointSequence sequence, const SearchProblem& problem) {
  return std::make_unique<FollowPoints>(std::move(sequence), problem);
}

}  // namespace campaign_sim
