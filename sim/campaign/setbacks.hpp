// What failures have done to trials: where each goes on from, and how often it got no further.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "sim/campaign/segment_runner.hpp"
#include "sim/scenario/scenario.hpp"

namespace campaign_sim {

class Setbacks {
 public:
  explicit Setbacks(const Scenario& scenario);

  // A job's machines failed, and its trial waits for others if it has anything more to train. False if that
  // was once too often: a trial that waits is to be given up.
  bool add(const JobEnd& end, bool waits, Seconds now);
  // Where a trial begins on its new machines, if it was further before; `otherwise` where it was not.
  StartingPoint starting_point(TrialId trial, Resource otherwise) const;
  // It has machines again; or it is where nothing can be lost any more.
  void placed(TrialId trial, Seconds now);
  void forget(TrialId trial) {
    if (!trials_.empty()) trials_.erase(trial);
  }

  std::uint64_t count() const { return count_; }
  // How long trials waited for machines after their own had failed, times the accelerators they had.
  Seconds waited() const { return waited_; }

 private:
  struct Setback {
    Resource saved = 0;
    Resource booked = 0;
    std::uint32_t in_a_row = 0;  // without a checkpoint that brought it further
    bool waits = false;
    Seconds since;
    double accelerators = 0;
  };

  std::vector<std::uint32_t> max_restarts_;  // by cluster
  std::map<TrialId, Setback> trials_;
  std::uint64_t count_ = 0;
  Seconds waited_;
};

}  // namespace campaign_sim
