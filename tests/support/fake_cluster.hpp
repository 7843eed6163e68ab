// A cluster in a few lines, without SimGrid: phases take their durations, accelerators draw their watts and
// their share of the node, and time jumps from one end of a phase to the next.
#pragma once

#include <algorithm>
#include <limits>
#include <map>
#include <span>
#include <vector>

#include "sim/cluster/cluster.hpp"
#include "sim/core/expect.hpp"

namespace campaign_sim::testing {

class FakeCluster final : public Cluster {
 public:
  explicit FakeCluster(const Platform& platform) {
    std::uint32_t nodes = 0;
    for (const ClusterSpec& cluster : platform.clusters) {
      const double per_node = cluster.accelerators_per_node;
      for (std::uint32_t i = 0; i < cluster.accelerators(); ++i) {
        machines_.push_back({&cluster, cluster.accelerator.idle, cluster.node_base / per_node});
        machines_.back().node = nodes + i / cluster.accelerators_per_node;
      }
      nodes += cluster.nodes;
    }
  }

  Seconds now() const override { return now_; }
  Joules meter(std::uint32_t accelerator) const override { return machines_.at(accelerator).energy; }
  Joules total() const override {
    Joules sum;
    for (const Machine& machine : machines_) sum += machine.energy;
    return sum;
  }

  void start(Job job) override {
    CS_EXPECT(!job.phases.empty() && !job.accelerators.empty() && !running_.contains(job.id));
    for (const std::uint32_t accelerator : job.accelerators) {
      CS_EXPECT(!machines_.at(accelerator).held);
      machines_[accelerator].held = true;
    }
    const std::uint64_t id = job.id;
    Running& running = running_.emplace(id, Running{std::move(job), {}, {}, {}}).first->second;
    begin_phase(running);
  }

  std::vector<JobDone> wait(std::optional<Seconds> until = std::nullopt) override {
    CS_EXPECT(!running_.empty() || until);
    for (;;) {
      Seconds next{std::numeric_limits<double>::infinity()};
      for (const auto& [id, running] : running_) next = std::min(next, running.end);
      if (until && *until < next) {
        advance(*until);
        return {};
      }
      advance(next);
      std::vector<JobDone> done;
      for (auto& [id, running] : running_) {
        while (running.end <= now_ && running.metered.size() < running.job.phases.size()) {
          end_phase(running);
          if (running.metered.size() < running.job.phases.size()) begin_phase(running);
        }
        if (running.metered.size() == running.job.phases.size()) done.push_back({id, running.metered});
      }
      for (const JobDone& job : done) let_go(job.id);
      if (!done.empty()) return done;
    }
  }

  std::vector<JobDone> cancel(std::span<const std::uint64_t> jobs) override {
    std::vector<JobDone> done;
    for (const std::uint64_t id : jobs) {
      Running& running = running_.at(id);
      end_phase(running);
      done.push_back({id, running.metered});
    }
    for (const JobDone& job : done) let_go(job.id);
    return done;
  }
  std::vector<JobDone> cancel_all() override {
    std::vector<std::uint64_t> all;
    for (const auto& [id, running] : running_) all.push_back(id);
    return cancel(all);
  }

  void switch_off(std::uint32_t node) override { switch_power(node, false); }
  void switch_on(std::uint32_t node) override { switch_power(node, true); }

 private:
  struct Machine {
    const ClusterSpec* cluster;
    Watts idle;
    Watts base_share;
    std::optional<Watts> draw{};
    bool held = false;
    std::uint32_t node = 0;
    bool on = true;
    Joules energy{};
  };
  struct Running {
    Job job;
    std::vector<MeteredPhase> metered;
    Seconds end;
    Joules before;
  };

  Joules metered(const Job& job) const {
    Joules sum;
    for (const std::uint32_t accelerator : job.accelerators) sum += meter(accelerator);
    return sum;
  }
  void begin_phase(Running& running) {
    const Phase& phase = running.job.phases[running.metered.size()];
    running.end = now_ + phase.duration;
    running.before = metered(running.job);
    for (const std::uint32_t accelerator : running.job.accelerators) machines_[accelerator].draw = phase.draw;
  }
  void end_phase(Running& running) {
    const Seconds start = running.metered.empty() ? started(running) : running.metered.back().end;
    running.metered.push_back({start, now_, metered(running.job) - running.before});
  }
  Seconds started(const Running& running) const { return running.end - running.job.phases.front().duration; }
  void let_go(std::uint64_t id) {
    for (const std::uint32_t accelerator : running_.at(id).job.accelerators) {
      machines_[accelerator].draw.reset();
      machines_[accelerator].held = false;
    }
    running_.erase(id);
  }
  void switch_power(std::uint32_t node, bool on) {
    for (Machine& machine : machines_) {
      if (machine.node != node) continue;
      CS_EXPECT(!machine.held && machine.on != on);
      machine.on = on;
    }
  }
  void advance(Seconds to) {
    for (Machine& machine : machines_) {
      if (!machine.on) continue;
      const Watts own = machine.draw ? machine.cluster->at_wall(*machine.draw) : machine.idle;
      machine.energy += (own + machine.base_share) * (to - now_);
    }
    now_ = to;
  }

  std::vector<Machine> machines_;
  std::map<std::uint64_t, Running> running_;
  Seconds now_;
};

}  // namespace campaign_sim::testing
