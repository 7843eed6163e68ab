// One campaign: a strategy decides, machines do, and the loop between them keeps the ledger.
#pragma once

#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "sim/campaign/stop_monitor.hpp"
#include "sim/campaign/trial_record.hpp"
#include "sim/cluster/cluster.hpp"
#include "sim/ledger/ledger.hpp"
#include "sim/scenario/scenario.hpp"

namespace campaign_sim {

// A moment at which the best metric improved.
struct Incumbent {
  Seconds time;
  Joules energy;      // of all machines until then
  Resource resource;  // of all trials until then
  TrialId trial;
  double loss;
  Spent spent;  // until then, as it is billed
};

struct CampaignResult {
  std::vector<TrialRecord> trials;
  std::vector<Incumbent> incumbents;
  Seconds makespan;
  Joules energy;  // the meter's
  Closure closure;
  std::uint64_t segments = 0;
  std::uint64_t checkpoints = 0;  // written
  std::uint64_t node_failures = 0;
  std::uint64_t interruptions = 0;  // of trials, by these
  Seconds waited;                   // for machines afterwards, times the accelerators that were waited for
  std::string ended_by;             // the stop rule that was met, "strategy", or one of those below
  std::string failure;              // what cut it short, unless the user did; for the user

  // It was cut short: what was found so far is kept.
  bool partial() const {
    return ended_by == "interrupt" || ended_by == "external_error" || ended_by == "trace_end";
  }
};

// Something ended a campaign before its time, and not the user: what, and where the part that was simulated
// is kept. For the user, who can run it again with other inputs or another program.
class CutShort : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// How the campaign stands, for a progress line.
struct Progress {
  Seconds now;
  std::uint32_t trials_started;
  std::uint32_t trials_ended;
  std::uint64_t segments;
  Joules energy;  // of what has ended
};

// The campaign's only window to the outside while it runs. Both may be empty.
struct Watcher {
  std::function<void(const Progress&)> progress;  // called after every step of simulated time
  std::function<bool()> interrupted;              // true: end now, keep what there is
};

// Runs the scenario's strategy to its end on the cluster. Rows of the ledger go to the sinks.
CampaignResult run_campaign(Scenario& scenario, Cluster& cluster, const std::vector<LedgerSink*>& sinks,
                            const Watcher& watcher);

}  // namespace campaign_sim
