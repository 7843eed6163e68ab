// Latin hypercube sampling; see model/latin_hypercube.hpp for the rule. A design has as many points as the
// campaign has trials unless `points` says otherwise; behind its end comes another, independent one.
#include "sim/search/model/latin_hypercube.hpp"

#include <algorithm>
#include <memory>

#include "sim/config/reader.hpp"
#include "sim/search/sampler_makers.hpp"
#include "sim/search/samplers/point_sequence.hpp"

namespace campaign_sim {

namespace {

constexpr std::int64_t points_without_a_limit = 100;  // where the scenario limits no trials
constexpr double most_points = 1e6;                   // a design is held in memory

class Designs {
 public:
  Designs(std::size_t points, const SearchProblem& problem)
      : points_{points}, dimensions_{problem.space.size()}, seed_{problem.seed} {}

  std::optional<std::vector<double>> operator()(std::uint64_t k) {
    if (design_.empty() || k / points_ != number_) {
      number_ = k / points_;
      design_ = latin_hypercube(points_, dimensions_, seed_, number_);
    }
    return design_[k % points_];
  }

 private:
  std::size_t points_;
  std::size_t dimensions_;
  std::uint64_t seed_;
  std::uint64_t number_ = 0;
  std::vector<std::vector<double>> design_;
};

}  // namespace

std::unique_ptr<Sampler> make_latin_hypercube(Reader& section, const SearchProblem& problem) {
  const std::int64_t trials = problem.trials ? std::int64_t{*problem.trials} : points_without_a_limit;
  const auto points =
      section.integer_or("points", std::max<std::int64_t>(trials, 1), between(1, most_points));
  return follow(Designs{static_cast<std::size_t>(std::max<std::int64_t>(points, 1)), problem}, problem);
}

}  // namespace campaign_sim
