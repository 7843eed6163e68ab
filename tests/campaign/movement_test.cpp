// Jobs that move data, on the cluster port itself, and segments cut into few rounds against the same segments
// step by step. One case a process: use ctest, or name one case.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <map>

#include "sim/campaign/rhythm.hpp"
#include "sim/campaign/round_plan.hpp"
#include "sim/cluster/cluster.hpp"
#include "tests/support/small_platform.hpp"

using namespace campaign_sim;
using testing::small_platform;

namespace {

Approx near(double value) { return Approx{value}.epsilon(1e-8).margin(1e-6); }

// Clusters alike: three switches of a few nodes below one, of one accelerator each. All links carry 1 GB/s.
Platform fat_trees(std::size_t clusters, std::uint32_t nodes_a_switch = 2) {
  Platform platform = small_platform(3 * nodes_a_switch, 1, Watts{40});
  ClusterSpec& cluster = platform.clusters[0];
  cluster.accelerator.peak["fp32"] = FlopsPerSecond{1};
  NetworkSpec network;
  network.in_node = {BytesPerSecond{1e10}, Seconds{}};
  network.between_nodes = {BytesPerSecond{1e9}, Seconds{}};
  network.fabric.kind = Fabric::Kind::fat_tree;
  network.fabric.down = {nodes_a_switch, 3};
  network.fabric.up = {1, 1};
  network.fabric.parallel = {1, 1};
  cluster.network = network;
  for (std::size_t i = 1; i < clusters; ++i) {
    platform.clusters.push_back(platform.clusters[0]);
    platform.clusters.back().name = "cluster-" + std::to_string(i);
  }
  return platform;
}

std::shared_ptr<const Movement> sends(double gigabytes) {
  auto movement = std::make_shared<Movement>();
  movement->perform.push_back({{{0, 1, Bytes{gigabytes * 1e9}}}, 0});
  return movement;
}

}  // namespace

TEST_CASE("what moves lengthens its phase, at the phase's draw") {
  run_on_simgrid(fat_trees(1), [](Cluster& cluster) {
    cluster.start(
        {1,
         {0, 1},
         {{Seconds{3}, Watts{400}}, {Seconds{1}, Watts{200}, sends(5)}, {Seconds{1}, Watts{300}, sends(2)}}});
    const JobDone done = cluster.wait().at(0);
    REQUIRE(done.phases.size() == 3);
    CHECK(done.phases[1].start.base() == near(3));
    CHECK(done.phases[1].end.base() == near(9));
    CHECK(done.phases[1].energy.base() == near(6 * 2 * (200 + 40)));
    CHECK(done.phases[2].end.base() == near(12));
    CHECK(done.phases[2].energy.base() == near(3 * 2 * (300 + 40)));
  });
}

TEST_CASE("a whole node waits for its data as one, and a part of it each for itself") {
  Platform platform = fat_trees(1);
  platform.clusters[0].accelerators_per_node = 4;
  run_on_simgrid(platform, [](Cluster& cluster) {
    const auto waits = [&](std::uint64_t id, std::vector<std::uint32_t> accelerators, double watts) {
      cluster.start({id, std::move(accelerators), {{Seconds{1}, Watts{watts}, sends(5)}}});
      return cluster.wait().at(0).phases.at(0).energy.base();
    };
    CHECK(waits(1, {0, 1, 2, 3, 4, 5, 6, 7}, 200) == near(6 * (8 * 200 + 2 * 40)));
    CHECK(waits(2, {0, 1, 4, 5}, 300) == near(6 * (4 * 300 + 40)));
    CHECK(waits(3, {0, 1, 2, 3, 4, 5, 6, 7}, 200) == near(6 * (8 * 200 + 2 * 40)));
    CHECK(waits(4, {0, 1, 2, 3, 4, 5, 6, 7}, 50) == near(6 * (8 * 50 + 2 * 40)));  // less than idle
    CHECK(cluster.total().base() ==
          near(6 * (2 * (8 * 200 + 80) + 4 * 300 + 4 * 100 + 8 * 50 + 2 * 80) + 24 * 4 * (4 * 100 + 40)));
  });
}

TEST_CASE("a track goes on behind later phases until one finishes it") {
  run_on_simgrid(fat_trees(1), [](Cluster& cluster) {
    auto begins = std::make_shared<Movement>();
    begins->begin = {{{{{0, 1, Bytes{2e9}}}, 0}, {{{1, 0, Bytes{3e9}}}, 0}}, {{{{0, 1, Bytes{1e9}}}, 0}}};
    auto finishes = std::make_shared<Movement>();
    finishes->finish = {0, 1};
    cluster.start(
        {1,
         {0, 1},
         {{Seconds{1}, Watts{400}, begins}, {Seconds{1}, Watts{300}}, {Seconds{}, Watts{200}, finishes}}});
    const JobDone done = cluster.wait().at(0);
    // 1 GB and 2 GB share the way: 1 GB each in 2 s, then 1 GB in 1 s, then 3 GB back.
    CHECK(done.phases[1].end.base() == near(2));
    CHECK(done.phases[2].end.base() == near(6));
    CHECK(done.phases[2].energy.base() == near(4 * 2 * (200 + 40)));
  });
}

TEST_CASE("a job that is cancelled while it moves data has what it moved metered") {
  run_on_simgrid(fat_trees(1), [](Cluster& cluster) {
    auto begins = std::make_shared<Movement>();
    begins->begin = {{{{{0, 1, Bytes{50e9}}}, 0}}};
    cluster.start(
        {1,
         {0, 1},
         {{Seconds{1}, Watts{400}, begins}, {Seconds{}, Watts{200}, sends(50)}, {Seconds{9}, Watts{400}}}});
    cluster.start({2, {2}, {{Seconds{5}, Watts{400}}}});
    cluster.wait();
    const auto cut = cluster.cancel_all();
    REQUIRE(cut.size() == 1);
    REQUIRE(cut[0].phases.size() == 2);
    CHECK(cut[0].phases[1].end.base() == near(5));
    CHECK(cut[0].phases[1].energy.base() == near(4 * 2 * (200 + 40)));
    // Nothing is left on the links, and nothing draws.
    cluster.start({3, {0, 1}, {{Seconds{}, std::nullopt, sends(2)}}});
    const JobDone done = cluster.wait().at(0);
    CHECK(done.phases[0].end.base() == near(7));
    CHECK(done.phases[0].energy.base() == near(2 * 2 * (100 + 40)));
  });
}

TEST_CASE("jobs whose data arrives together are returned together") {
  run_on_simgrid(fat_trees(1), [](Cluster& cluster) {
    cluster.start({3, {0, 1}, {{Seconds{1}, Watts{400}}, {Seconds{}, Watts{200}, sends(2)}}});
    cluster.start({2, {2, 3}, {{Seconds{2}, Watts{400}}, {Seconds{}, Watts{200}, sends(1)}}});
    cluster.start({1, {4}, {{Seconds{3}, Watts{400}}}});
    const auto done = cluster.wait();
    REQUIRE(done.size() == 3);
    CHECK(done[0].id == 1);
    CHECK(cluster.now().base() == near(3));
  });
}

TEST_CASE("checkpoints of two at once take twice as long, and reading is not writing") {
  Platform platform = small_platform(2, 2, Watts{40});
  platform.clusters[0].storage =
      StorageSpec{BytesPerSecond{2e9}, BytesPerSecond{1e9}, BytesPerSecond{1e15}, Seconds{0.5}};
  run_on_simgrid(platform, [](Cluster& cluster) {
    cluster.start({1, {0, 1}, {{Seconds{}, std::nullopt, writing(Bytes{4e9}, 1)}}});
    cluster.start({2, {2, 3}, {{Seconds{}, std::nullopt, writing(Bytes{4e9}, 1)}}});
    const auto written = cluster.wait();
    REQUIRE(written.size() == 2);
    CHECK(written[0].phases[0].end.base() == near(0.5 + 8));
    CHECK(written[0].phases[0].energy.base() == near(8.5 * 2 * (100 + 20)));
    cluster.start({3, {0, 1, 2, 3}, {{Seconds{}, std::nullopt, reading(Bytes{4e9}, 2)}}});
    CHECK(cluster.wait().at(0).phases[0].end.base() == near(8.5 + 0.5 + 2));
  });
}

namespace {

// A trial on three nodes that computes and then passes a ring of `exchange_s` alone, `steps` times.
struct Trainer {
  double start_s;
  double compute_s;
  double exchange_s;
  double overlap = 0;
};

constexpr int steps = 400;

// How long trials take that share the links between three switches, cut into so many rounds, against step by
// step (0): the end that is further off, as a share of the trial. All in one simulation, on clusters of their
// own.
std::map<std::uint32_t, double> errors(const std::vector<Trainer>& trainers) {
  const std::vector<std::uint32_t> ways = {0, 1, 5, 10, 20, 40, 80};
  const auto trials = static_cast<std::uint32_t>(trainers.size());
  const Platform platform = fat_trees(ways.size(), trials);
  std::map<std::uint64_t, double> end_s;
  run_on_simgrid(platform, [&](Cluster& cluster) {
    for (std::uint32_t way = 0; way < ways.size(); ++way) {
      Rhythms rhythms;
      for (std::uint32_t i = 0; i < trials; ++i) {
        const Trainer& trainer = trainers[i];
        TrainingCost cost;
        cost.accelerators = 3;
        cost.exchanges = {{Exchange::Pattern::all_reduce, 3, 1, Bytes{trainer.exchange_s * 1e9 * 3 / 4}, 1,
                           trainer.overlap}};
        ClusterSpec spec = platform.clusters[0];
        spec.network->rounds = ways[way];
        const auto traffic = traffic_of(cost, spec);
        const UnitWork work{Seconds{trainer.compute_s}, Watts{300}, Watts{200}, std::nullopt};
        const Seconds behind = rhythms.join(step_period(*traffic, work.computing), Seconds{trainer.start_s});
        std::vector<Phase> phases{{Seconds{trainer.start_s}, std::nullopt}};
        add_rounds(phases, *traffic, steps, work, behind);
        const std::uint32_t first = way * 3 * trials + i;  // one node on each switch
        cluster.start({way * trials + i, {first, first + trials, first + 2 * trials}, std::move(phases)});
      }
    }
    for (std::size_t left = ways.size() * trials; left > 0;)
      for (const JobDone& done : cluster.wait()) {
        end_s[done.id] = done.phases.back().end.base();
        --left;
      }
  });
  std::map<std::uint32_t, double> worst;
  for (std::uint32_t way = 1; way < ways.size(); ++way)
    for (std::uint32_t i = 0; i < trials; ++i) {
      const double off =
          std::abs(end_s.at(way * trials + i) - end_s.at(i)) / (end_s.at(i) - trainers[i].start_s);
      worst[ways[way]] = std::max(worst[ways[way]], off);
    }
  std::string row;  // of the table in docs/models.md; `campaign_tests -s "in few rounds…"` prints it
  for (const auto& [rounds, error] : worst) row += fmt::format("{}: {:.2f} %  ", rounds, 100 * error);
  CAPTURE(row);
  CHECK(worst.size() + 1 == ways.size());
  return worst;
}

}  // namespace

TEST_CASE("in few rounds as step by step: alone") { CHECK(errors({{0, 1, 0.5}}).at(20) < 1e-6); }

TEST_CASE("in few rounds as step by step: in phase") {
  CHECK(errors({{0, 1, 0.5}, {0, 1, 0.5}}).at(20) < 1e-6);
}

TEST_CASE("in few rounds as step by step: in phase, overlapped") {
  CHECK(errors({{0, 1, 0.8, 0.6}, {0, 1, 0.8, 0.6}}).at(20) < 1e-6);
}

TEST_CASE("in few rounds as step by step: of different periods") {
  CHECK(errors({{0, 1, 0.5}, {0, 1.37, 0.4}}).at(20) < 0.01);
}

TEST_CASE("in few rounds as step by step: of different periods, overlapped") {
  CHECK(errors({{0, 1, 0.9, 0.5}, {0.3, 0.83, 1.1, 0.7}}).at(20) < 0.01);
}

TEST_CASE("in few rounds as step by step: one joins long after the other") {
  CHECK(errors({{0, 1, 0.5}, {203.7, 1.37, 0.4}}).at(20) < 0.01);
}

TEST_CASE("in few rounds as step by step: equal trials half a step apart, which never meet") {
  CHECK(errors({{0, 1, 0.5}, {0.75, 1, 0.5}}).at(20) < 1e-6);
}

TEST_CASE("in few rounds as step by step: equal trials that meet in part") {
  CHECK(errors({{0, 1, 0.5}, {0.3, 1, 0.5}}).at(20) < 0.01);
}

TEST_CASE("in few rounds as step by step: equal trials many steps apart") {
  CHECK(errors({{0, 1, 0.9}, {7.3, 1, 0.9}}).at(20) < 0.01);
}

TEST_CASE("in few rounds as step by step: three trials in phase") {
  CHECK(errors({{0, 1, 0.5}, {0, 1, 0.5}, {0, 1, 0.5}}).at(20) < 1e-6);
}

TEST_CASE("in few rounds as step by step: three equal trials that never meet") {
  CHECK(errors({{0, 1, 0.4}, {0.5, 1, 0.4}, {1, 1, 0.4}}).at(20) < 0.01);
}

TEST_CASE("in few rounds as step by step: three of different periods") {
  CHECK(errors({{0, 1, 0.3}, {3.3, 1.37, 0.4}, {5.1, 0.8, 0.2}}).at(20) < 0.01);
}

// Limits of the method, of which docs/models.md tells.
TEST_CASE("in few rounds as step by step: almost equal steps need more rounds") {
  const auto off = errors({{0, 1, 1}, {0, 1.03, 0.9}});
  CHECK(off.at(20) > 0.02);
  CHECK(off.at(80) < 0.01);
}

TEST_CASE("in few rounds as step by step: three of different periods on a full link") {
  CHECK(errors({{0, 1, 0.5}, {3.3, 1.37, 0.4}, {5.1, 0.8, 0.6}}).at(20) < 0.05);
}

TEST_CASE("in few rounds as step by step: not if equal trials slow each other before a third one joins") {
  const double off = errors({{0, 1, 0.5}, {0.3, 1, 0.5}, {31.1, 1, 0.5}}).at(20);
  CHECK(off > 0.01);
  CHECK(off < 0.15);
}
