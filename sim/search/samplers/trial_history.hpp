// What a model-based sampler remembers: the configurations it proposed and their losses so far.
#pragma once

#include <cmath>
#include <limits>
#include <optional>
#include <unordered_map>
#include <vector>

#include "sim/core/space.hpp"
#include "sim/core/trial.hpp"
#include "sim/core/units.hpp"

namespace campaign_sim {

struct PastTrial {
  TrialId trial;
  Configuration configuration;
  Resource resource = 0;  // at the latest report; 0: none yet
  // The latest loss. A trial that diverged or failed is worse than every other.
  double loss = std::numeric_limits<double>::infinity();
  Joules energy{};       // drawn so far
  bool at_rest = false;  // finished, or paused: its loss is a result
};

class TrialHistory {
 public:
  void add(TrialId trial, Configuration configuration) {
    slots_[index(trial)] = trials_.size();
    trials_.push_back({trial, std::move(configuration)});
  }

  // Place in `trials()`. Nothing for a trial that came from elsewhere.
  std::optional<std::size_t> slot(TrialId trial) const {
    const auto it = slots_.find(index(trial));
    return it == slots_.end() ? std::nullopt : std::optional{it->second};
  }

  void observe(TrialId trial, Resource resource, double loss) {
    if (const auto at = slot(trial)) {
      trials_[*at].resource = resource;
      trials_[*at].loss = std::isfinite(loss) ? loss : std::numeric_limits<double>::infinity();
    }
  }

  void spent(TrialId trial, Joules energy) {
    if (const auto at = slot(trial)) trials_[*at].energy = energy;
  }

  // The trial's slot if it now came to rest for the first time.
  std::optional<std::size_t> finish(TrialId trial) {
    const auto at = slot(trial);
    if (!at || trials_[*at].at_rest) return std::nullopt;
    trials_[*at].at_rest = true;
    ++at_rest_;
    return at;
  }

  // In the order of proposal.
  const std::vector<PastTrial>& trials() const { return trials_; }
  std::size_t at_rest() const { return at_rest_; }

 private:
  std::vector<PastTrial> trials_;
  std::unordered_map<std::uint32_t, std::size_t> slots_;
  std::size_t at_rest_ = 0;
};

}  // namespace campaign_sim
