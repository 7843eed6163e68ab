// A campaign whose seconds and joules can be worked out by hand: a scripted strategy, a workload that reads
// its costs from the configuration, and the rows that come out.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sim/campaign/campaign.hpp"
#include "tests/support/fake_cluster.hpp"
#include "tests/support/small_platform.hpp"

namespace campaign_sim::testing {

class ScriptedStrategy final : public Strategy {
 public:
  std::function<Proposal()> on_ask = [] { return Finished{}; };
  std::function<Verdict(const Report&)> on_tell = [](const Report&) { return Stop{}; };

  Proposal ask() override { return on_ask(); }
  Verdict tell(const Report& report) override { return on_tell(report); }
};

// A configuration is {accelerators, seconds per unit, a}: its loss is a less its resource.
inline Configuration needs(double accelerators, double seconds_per_unit, double a = 0) {
  return {{accelerators, seconds_per_unit, a}};
}

class HandWorkload final : public Workload {
 public:
  Seconds start_up;
  Bytes memory;      // more than an accelerator has: out of memory
  Bytes checkpoint;  // its size
  std::optional<Watts> power_cap;
  std::optional<TimeShares> waits_for;
  std::optional<DrawBursts> bursts;
  std::vector<Exchange> exchanges;

  std::optional<TrainingCost> cost(const Configuration& configuration, const Device& device) const override {
    if (memory > device.memory) return std::nullopt;
    TrainingCost cost;
    cost.accelerators = static_cast<int>(configuration.values[0]);
    cost.start_up = start_up;
    cost.per_unit = Seconds{configuration.values[1]};
    cost.training.watts = Watts{300};
    cost.checkpoint = checkpoint;
    cost.power_cap = power_cap;
    cost.waits_for = waits_for;
    cost.bursts = bursts;
    cost.exchanges = exchanges;
    return cost;
  }
  double metric(const Configuration& configuration, Resource resource) const override {
    return configuration.values[2] - resource;
  }
  std::string_view metric_basis() const override { return "counted by hand"; }
};

struct RowSeen {
  std::string cause;
  std::optional<std::uint32_t> trial;
  double from;
  double to;
  double start_s;
  double end_s;
  std::size_t accelerators;
  double energy_j;

  bool operator==(const RowSeen&) const = default;
};

class RowRecorder final : public LedgerSink {
 public:
  std::vector<RowSeen> rows;
  void add(const LedgerRow& row) override {
    rows.push_back({std::string{name(row.cause)}, row.trial ? std::optional{index(*row.trial)} : std::nullopt,
                    row.from, row.to, row.start.base(), row.end.base(), row.accelerators.size(),
                    row.energy.base()});
  }
};

// Accelerators draw 100 W idle and 300 W while they train; a trial is complete at resource 5.
struct HandCampaign {
  Scenario scenario;
  ScriptedStrategy* strategy = nullptr;
  HandWorkload* workload = nullptr;
  RowRecorder recorder;
  Watcher watcher;

  explicit HandCampaign(std::uint32_t nodes = 1, std::uint32_t accelerators_per_node = 1,
                        Watts node_base = Watts{0}) {
    scenario.platform = small_platform(nodes, accelerators_per_node, node_base);
    scenario.platform.clusters[0].accelerator.peak["fp32"] = FlopsPerSecond{1};
    scenario.precision = "bf16";
    scenario.resource.max = 5;
    scenario.checkpoint.bandwidth = BytesPerSecond{2e9};
    auto own_strategy = std::make_unique<ScriptedStrategy>();
    auto own_workload = std::make_unique<HandWorkload>();
    strategy = own_strategy.get();
    workload = own_workload.get();
    scenario.strategy = std::move(own_strategy);
    scenario.workload = std::move(own_workload);
    Document nothing = Document::parse("policy: fifo\n", "test");
    Reader section = nothing.root();
    scenario.policy = queue_policies().front().make(section);
  }
  HandCampaign(const HandCampaign&) = delete;  // the strategy is the scenario's own

  // Starts these configurations, each to the end, and then no more.
  void train(std::vector<Configuration> configurations) {
    strategy->on_ask = [configurations, next = std::uint32_t{0}]() mutable -> Proposal {
      if (next == configurations.size()) return Finished{};
      const TrialId trial{next};
      return StartTrial{trial, configurations[next++], 5, std::nullopt};
    };
  }
  // The same for ever: configuration k is what `of` gives for it.
  void train_for_ever(std::function<Configuration(std::uint32_t)> of) {
    strategy->on_ask = [of, next = std::uint32_t{0}]() mutable -> Proposal {
      const TrialId trial{next};
      return StartTrial{trial, of(next++), 5, std::nullopt};
    };
  }

  CampaignResult run() {
    FakeCluster cluster{scenario.platform};
    return run_campaign(scenario, cluster, {&recorder}, watcher);
  }
};

}  // namespace campaign_sim::testing
