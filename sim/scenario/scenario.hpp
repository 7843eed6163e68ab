// Everything that one campaign needs, checked: what a scenario file becomes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analysis/bill/campaign_bill.hpp"
#include "sim/config/reader.hpp"
#include "sim/core/space.hpp"
#include "sim/core/trial.hpp"
#include "sim/platform/platform.hpp"
#include "sim/scheduling/queue_policy.hpp"
#include "sim/search/strategy.hpp"
#include "sim/workload/workload.hpp"

namespace campaign_sim {

enum class Direction : std::uint8_t { minimise, maximise };

struct Objective {
  std::string metric;  // the name that the summary and the CSVs print
  Direction direction = Direction::minimise;

  // Strategies always minimise.
  double loss(double value) const { return direction == Direction::minimise ? value : -value; }
  double metric_of_loss(double loss_value) const { return loss(loss_value); }
};

struct ResourceSettings {
  std::string unit = "step";
  Resource min = 1;
  Resource max = 1;
};

// What a paused trial's progress costs to keep.
enum class Resume : std::uint8_t {
  from_checkpoint,  // written when paused, read when resumed, both at `bandwidth`
  from_scratch,     // a resumed trial trains again from nothing
  free,             // kept at no cost, as most simulators of search assume
};

struct CheckpointSettings {
  Resume resume = Resume::from_checkpoint;
  BytesPerSecond bandwidth;      // of one trial's checkpoint, to and from storage
  std::optional<Seconds> time;   // that one takes, whatever its size
  std::optional<Seconds> every;  // while training: so much of its time…
  Resource every_resource = 0;   // …or so much resource; 0: no
};

// When the campaign ends, whatever the strategy would do. Nothing new starts once one of them is
// reached; running trials end at their next report.
struct StopRules {
  std::optional<std::uint32_t> trials;  // started; never more
  std::optional<Resource> resource;     // trained by all trials together
  std::optional<Seconds> time;
  std::optional<Joules> energy;  // of the facility
  std::optional<Kilograms> co2e;
  std::optional<Money> cost;                    // accelerators and electricity
  std::optional<double> target;                 // a metric at least this good
  std::optional<std::uint32_t> no_improvement;  // trials ended or paused since the best metric last improved
  // The best metric improved by less than `least` per kWh over the last `window` of the facility's energy.
  struct GainPerKwh {
    double least;
    Joules window;
  };
  std::optional<GainPerKwh> gain_per_kwh;
};

struct AccountingSettings {
  AcceleratorCharge charge = AcceleratorCharge::reserved;
  Purchase purchase = Purchase::on_demand;
  Seconds granularity;  // what is held is paid for in whole multiples of it
  double storage_price_per_byte_second = 0;
  Resource final_training =
      0;  // resource of one training of the final model: what the search is a multiple of
  std::string currency;
};

// The strategy and the workload refer to the space in it: a scenario stays where it was made.
struct Scenario {
  std::string name;
  std::string description;
  std::filesystem::path file;
  std::uint64_t seed = 0;
  std::string precision;  // of the training arithmetic: which peak of an accelerator counts

  Platform platform;
  std::optional<double> start;  // instant at which the campaign begins, if anything depends on it
  Space space;
  Objective objective;
  ResourceSettings resource;
  CheckpointSettings checkpoint;
  StopRules stop;
  AccountingSettings accounting;

  std::string strategy_name;
  std::string strategy_variant;  // `search.variant`, the default included; empty: the rule has no variants
  std::string sampler_name;      // `search.sampler`; empty: the strategy takes none
  std::string workload_name;
  std::string policy_name;
  std::optional<std::uint32_t> parallel_trials;  // at most so many hold accelerators at once
  std::unique_ptr<Strategy> strategy;
  std::unique_ptr<Workload> workload;
  std::unique_ptr<QueuePolicy> policy;

  std::string resolved;       // the whole tree with every default, as YAML
  std::vector<Input> inputs;  // every value with its source

  std::vector<std::string> variants;  // the names under `variants`, whichever of them this is
};

// Options of the command line that change what is loaded.
struct Overrides {
  std::vector<std::string> assignments;  // path.to.key=value
  std::optional<std::uint64_t> seed;
  std::string variant = {};  // one of the scenario's; laid over the tree before the assignments
};

// Reads and checks a scenario. Throws ConfigError with every mistake in it.
Scenario load_scenario(const std::filesystem::path& file, const Overrides& overrides,
                       const std::vector<std::filesystem::path>& library);

// What a workload needs to know of a cluster's accelerators, at the scenario's precision. One that was not
// built for that precision computes at its fp32 rate, as frameworks do where the hardware lacks a format.
Device device_of(const ClusterSpec& cluster, const std::string& precision);

// Under what conditions the scenario's campaign is billed.
BillTerms bill_terms(const Scenario& scenario);
// The same from a resolved scenario, of which it reads no more than it needs. Throws ConfigError.
enum class StartTime : std::uint8_t { as_given, chosen_later };  // the latter: rates may vary without one
BillTerms read_bill_terms(Document& document, StartTime start);

// What energy comes to at each cluster's site, at constant rates, in the order of the clusters.
std::vector<SiteRates> site_rates(const Platform& platform);

}  // namespace campaign_sim
