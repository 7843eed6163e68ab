// Grid search: every combination of values once, in lexicographic order with the last parameter of the
// space fastest. Integers, choices and reals with a step take each of their values; other reals `points`
// values at even distances (of the logarithm on a log scale), both ends included.
//
// The grid is counted like an odometer and never stored. An inactive parameter stands still: each
// configuration comes once. A grid that no campaign can finish is refused: of its points only a corner would
// be tried.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/config/reader.hpp"
#include "sim/search/sampler_makers.hpp"
#include "sim/search/transform.hpp"

namespace campaign_sim {

namespace {

// How many neighbours in a row may break a constraint (about a second of work).
constexpr std::uint64_t most_rejected = 10'000'000;

constexpr double most_points = 1e9;  // as many trials as a campaign can have

class Grid final : public Sampler {
 public:
  Grid(const SearchProblem& problem, std::uint64_t points)
      : space_{problem.space}, points_{points}, digits_(space_.size(), 0) {}

  std::optional<Configuration> propose(TrialId) override {
    for (std::uint64_t rejected = 0; !exhausted_; ++rejected) {
      if (rejected == most_rejected)
        throw ConfigError{
            fmt::format("error: {} grid points in a row broke the constraints of the search space; "
                        "drop a constraint or make the grid coarser\n",
                        most_rejected)};
      auto configuration = current();
      advance(configuration);
      if (space_.allows(configuration)) return configuration;
    }
    return std::nullopt;
  }

 private:
  std::uint64_t count(const Parameter& parameter) const {
    return number_of_values(parameter).value_or(points_);
  }

  double value(const Parameter& parameter, std::uint64_t digit) const {
    if (number_of_values(parameter)) return value_at(parameter, digit);
    if (points_ == 1) return from_unit(parameter, 0.5);
    return from_unit(parameter, static_cast<double>(digit) / static_cast<double>(points_ - 1));
  }

  Configuration current() const {
    Configuration configuration;
    configuration.values.reserve(space_.size());
    for (std::size_t i = 0; i < space_.size(); ++i)
      configuration.values.push_back(value(space_.parameters[i], digits_[i]));
    deactivate(space_, configuration);
    return configuration;
  }

  // Counts one up. Whether a parameter is active depends on earlier ones only, which stand still while
  // it moves.
  void advance(const Configuration& configuration) {
    for (std::size_t i = space_.size(); i-- > 0;) {
      if (!std::isnan(configuration.values[i]) && digits_[i] + 1 < count(space_.parameters[i])) {
        ++digits_[i];
        std::fill(digits_.begin() + static_cast<std::ptrdiff_t>(i) + 1, digits_.end(), 0);
        return;
      }
    }
    exhausted_ = true;
  }

  const Space& space_;
  std::uint64_t points_;
  std::vector<std::uint64_t> digits_;
  bool exhausted_ = false;
};

}  // namespace

std::unique_ptr<Sampler> make_grid(Reader& section, const SearchProblem& problem) {
  const bool needs_points = std::ranges::any_of(
      problem.space.parameters, [](const Parameter& parameter) { return !number_of_values(parameter); });
  if (needs_points && !section.has("points"))
    section.reject("", "a grid needs `points`, the number of values of each float without a step");
  const auto points = section.integer_or("points", 1, between(1, most_points));
  double all = 1;
  for (const Parameter& parameter : problem.space.parameters)
    all *= static_cast<double>(number_of_values(parameter).value_or(static_cast<std::uint64_t>(points)));
  if (section.ok() && all > most_points)
    section.reject(
        section.has("points") ? "points" : rule_key(section),
        fmt::format("the grid has about {:.2g} points, and a campaign at most 10^9 trials; make it "
                    "coarser ('points', or 'step' in the space), or draw from it with random or sobol",
                    all));
  return std::make_unique<Grid>(problem, static_cast<std::uint64_t>(points));
}

}  // namespace campaign_sim
