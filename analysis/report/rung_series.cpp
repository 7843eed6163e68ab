#include "analysis/report/rung_series.hpp"

#include <algorithm>
#include <iterator>
#include <vector>

#include "sim/core/units.hpp"

namespace campaign_sim {

void RungSeries::add(std::uint64_t trial, std::uint64_t segment, std::string_view cause, double from,
                     double to, double energy_j) {
  if (energy_j_.size() > most_levels) return;
  if (cause == "lost") {
    ways_[trial].is_lost = true;
    return;
  }
  if (cause != "train" || to <= from) return;
  Way& way = ways_[trial];
  if (way.segment != segment && !way.is_lost) {
    reach(way);
    way.energy_j = 0;
  }
  way.segment = segment;
  way.to = to;
  way.energy_j += energy_j;
  way.is_lost = false;
}

void RungSeries::reach(const Way& way) {
  if (way.to > 0) energy_j_[way.to] += way.energy_j;
}

Json RungSeries::json(const TrialSeries& trials) {
  for (const auto& [trial, way] : ways_) reach(way);
  ways_.clear();
  if (energy_j_.size() < 2 || energy_j_.size() > most_levels) return nullptr;
  std::vector<double> reached = trials.reached;
  std::ranges::sort(reached);
  Json json;
  for (const char* key : {"resource", "reached", "ended", "energy_kwh"}) json[key] = Json::array();
  const auto at_least = [&](double resource) {
    return static_cast<std::int64_t>(reached.end() - std::ranges::lower_bound(reached, resource));
  };
  for (auto level = energy_j_.begin(); level != energy_j_.end(); ++level) {
    const auto next = std::next(level);
    const std::int64_t here = at_least(level->first);
    json["resource"].push_back(rounded(level->first));
    json["reached"].push_back(here);
    json["ended"].push_back(next == energy_j_.end() ? 0 : here - at_least(next->first));
    json["energy_kwh"].push_back(rounded(level->second / joules_per_kwh));
  }
  return json;
}

}  // namespace campaign_sim
