#include "sim/search/rungs/soft_ranking.hpp"

#include <cmath>

namespace campaign_sim {

bool cross_and_back(std::span<const double> a, std::span<const double> b) {
  CS_EXPECT(a.size() == b.size());
  if (a.empty()) return false;
  const bool order = a.back() > b.back();
  bool opposite = false;
  for (std::size_t i = a.size() - 1; i-- > 0;) {
    if ((a[i] > b[i]) != order)
      opposite = true;
    else if (opposite)
      return true;
  }
  return false;
}

SoftRanking::SoftRanking(double percentile) : percentile_{percentile}, distances_{percentile / 100} {}

void SoftRanking::add(double lower_loss, double upper_loss, std::span<const double> curve) {
  const Trial arrived{rankable(lower_loss), rankable(upper_loss), {curve.begin(), curve.end()}};
  if (std::isfinite(upper_loss)) {
    for (const Trial& other : trials_)
      if (std::isfinite(other.upper) && cross_and_back(other.curve, arrived.curve))
        distances_.insert(std::abs(other.upper - arrived.upper));
    if (distances_.size() > 0) epsilon_ = distances_.value();
  }
  const std::size_t place = trials_.size();
  trials_.push_back(arrived);
  const auto insert = [&](std::vector<std::size_t>& order, double Trial::*loss) {
    const auto after =
        std::ranges::upper_bound(order, arrived.*loss, {}, [&](std::size_t i) { return trials_[i].*loss; });
    order.insert(after, place);
  };
  insert(by_lower_, &Trial::lower);
  insert(by_upper_, &Trial::upper);
}

bool SoftRanking::stable() const {
  for (std::size_t i = 0; i < trials_.size(); ++i) {
    const double here = trials_[by_upper_[i]].lower;
    const double there = trials_[by_lower_[i]].lower;
    if (here != there && !(std::abs(here - there) <= epsilon_)) return false;
  }
  return true;
}

void SoftRanking::next_rung() {
  trials_.clear();
  by_lower_.clear();
  by_upper_.clear();
  distances_ = RunningQuantile{percentile_ / 100};
}

}  // namespace campaign_sim
