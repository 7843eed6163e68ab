#include "sim/ledger/timeline.hpp"

#include <algorithm>
#include <cmath>

namespace campaign_sim {

Timeline::Timeline(std::size_t clusters) : series_(clusters * cause_names.size()) {}

Timeline::Series& Timeline::series(std::size_t cluster, Cause cause) {
  return series_[cluster * cause_names.size() + static_cast<std::size_t>(cause)];
}
const Timeline::Series& Timeline::series(std::size_t cluster, Cause cause) const {
  return series_[cluster * cause_names.size() + static_cast<std::size_t>(cause)];
}

void Timeline::add(const LedgerRow& row) {
  const double duration_s = (row.end - row.start).base();
  if (duration_s <= 0) return;
  while (row.end.base() > width_s_ * static_cast<double>(bins)) merge_pairs();

  Series& target = series(row.cluster, row.cause);
  const double power_w = row.energy.base() / duration_s;
  const double from = row.start.base() / width_s_;
  const double to = row.end.base() / width_s_;
  const auto first = std::min(static_cast<std::size_t>(from), bins - 1);
  const auto last = std::min(static_cast<std::size_t>(to), bins - 1);
  if (first == last) {
    target.energy_j[first] += row.energy.base();
    return;
  }
  target.energy_j[first] += power_w * (static_cast<double>(first + 1) - from) * width_s_;
  target.energy_j[last] += power_w * (to - static_cast<double>(last)) * width_s_;
  target.power_step_w[first + 1] += power_w;
  target.power_step_w[last] -= power_w;
  ++target.rows_step[first + 1];
  --target.rows_step[last];
}

double Timeline::Covering::next_w() {
  power_w_ += series_.power_step_w[bin_];
  rows_ += series_.rows_step[bin_];
  ++bin_;
  // What rounding has left of rows that are over is not power.
  if (rows_ == 0 || power_w_ < 0) power_w_ = 0;
  return power_w_;
}

void Timeline::merge_pairs() {
  for (Series& one : series_) {
    Covering power{one};
    std::vector<double> merged(bins);
    for (std::size_t bin = 0; bin < bins; ++bin)
      merged[bin / 2] += one.energy_j[bin] + power.next_w() * width_s_;
    one.energy_j = std::move(merged);
    std::ranges::fill(one.power_step_w, 0.0);
    std::ranges::fill(one.rows_step, 0);
  }
  width_s_ *= 2;
}

std::vector<Timeline::Bin> Timeline::of_cluster(std::size_t cluster, Seconds end) const {
  const auto count = std::min(bins, static_cast<std::size_t>(std::ceil(end.base() / width_s_)));
  std::vector<Bin> result(count);
  for (std::size_t bin = 0; bin < count; ++bin) {
    result[bin].start = Seconds{static_cast<double>(bin) * width_s_};
    result[bin].end = std::min(end, Seconds{static_cast<double>(bin + 1) * width_s_});
  }
  for (std::size_t cause = 0; cause < cause_names.size(); ++cause) {
    const Series& one = series(cluster, static_cast<Cause>(cause));
    Covering power{one};
    for (std::size_t bin = 0; bin < count; ++bin)
      result[bin].energy[cause] = Joules{one.energy_j[bin] + power.next_w() * width_s_};
  }
  return result;
}

}  // namespace campaign_sim
