// How far trials came: the levels at which a strategy looked at them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string_view>

#include "analysis/report/series.hpp"

namespace campaign_sim {

class RungSeries {
 public:
  // Joules of a piece of a trial that ends where it has trained until `to`, in the order of the ledger. A
  // level is where a segment ends, not where it stops for a checkpoint on its way.
  void add(std::uint64_t trial, std::uint64_t segment, std::string_view cause, double from, double to,
           double energy_j);
  // Null unless trials were looked at on the way, and at few enough levels to show. Once, at the end.
  Json json(const TrialSeries& trials);

 private:
  static constexpr std::size_t most_levels = PlacementSeries::most_rungs;

  struct Way {  // of a trial, since its last level
    std::uint64_t segment = 0;
    double to = 0;
    double energy_j = 0;
    bool is_lost = false;  // its machines failed: it goes there again
  };
  void reach(const Way& way);

  std::map<std::uint64_t, Way> ways_;  // by trial
  std::map<double, double> energy_j_;  // by level
};

}  // namespace campaign_sim
