#include "sim/search/rungs/stopping_rungs.hpp"

#include <cmath>

#include "sim/search/rungs/brackets.hpp"

namespace campaign_sim {

StoppingRungs::StoppingRungs(StoppingRule rule, Resource min_resource, Resource max_resource,
                             std::int64_t eta)
    : rule_{rule}, eta_{static_cast<std::uint64_t>(eta)} {
  CS_EXPECT(eta >= 2 && min_resource > 0 && min_resource <= max_resource);
  const auto factor = static_cast<double>(eta);
  for (Resource level = min_resource; level < max_resource; level = rung_above(level, eta, max_resource)) {
    levels_.push_back(level);
    // Ray ranks the negated losses, as it maximises; the floating-point steps are those of numpy.percentile.
    const double probability = rule == StoppingRule::ray ? (1 - 1 / factor) * 100 / 100
                                                         : level / std::min(level * factor, max_resource);
    rungs_.push_back({{}, RunningQuantile{probability}});
  }
}

RungDecision StoppingRungs::report(std::size_t rung, double loss) {
  auto& at = rungs_.at(rung);
  const double ranked = rankable(loss);
  const std::size_t n =
      (rule_ == StoppingRule::syne_tune_0_13 || rule_ == StoppingRule::ray ? at.cutoff.size()
                                                                           : at.losses.size()) +
      1;
  bool good = true;
  switch (rule_) {
    case StoppingRule::syne_tune_0_13:
      at.cutoff.insert(ranked);
      good = n < 2 || ranked <= at.cutoff.value();
      break;
    case StoppingRule::syne_tune_0_15:
      at.losses.insert(ranked, n / eta_ + 1 > n ? n : n / eta_ + 1);
      good = ranked <= at.losses.low_border();
      break;
    case StoppingRule::ray:
      good = n == 1 || !(-ranked < at.cutoff.value());
      if (std::isfinite(loss)) at.cutoff.insert(-ranked);
      break;
    case StoppingRule::optuna:
      at.losses.insert(ranked, std::max<std::size_t>(n / eta_, 1));
      good = ranked <= at.losses.low_border();
      break;
  }
  return good && std::isfinite(loss) ? RungDecision::go_on : RungDecision::stop;
}

}  // namespace campaign_sim
