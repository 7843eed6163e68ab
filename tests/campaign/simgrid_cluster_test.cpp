// The cluster port on SimGrid, against seconds and joules worked out by hand. SimGrid has one engine per
// process, so each case must be run by a process of its own: use ctest, or name one case.
#include <catch2/catch.hpp>
#include <csignal>
#include <functional>
#include <stdexcept>

#include "sim/cluster/cluster.hpp"
#include "sim/core/expect.hpp"
#include "tests/support/small_platform.hpp"

using namespace campaign_sim;
using testing::small_platform;

namespace {

// 1e-12 of the value: rounding, nothing else.
Approx exactly(double value) { return Approx{value}.epsilon(1e-12).margin(1e-9); }

void check_phase(const MeteredPhase& phase, double start_s, double end_s, double energy_j) {
  CHECK(phase.start.base() == exactly(start_s));
  CHECK(phase.end.base() == exactly(end_s));
  CHECK(phase.energy.base() == exactly(energy_j));
}

Job job(std::uint64_t id, std::vector<std::uint32_t> accelerators, std::vector<Phase> phases) {
  return {id, std::move(accelerators), std::move(phases)};
}

// A job that has all of a node is one execution there, but every meter says what it says of half nodes.
void check_whole_and_half_nodes(const Platform& platform, Watts draw) {
  const ClusterSpec& spec = platform.clusters[0];
  const Watts each = spec.at_wall(draw) + spec.node_base / 4;
  const Watts idle = spec.accelerator.idle + spec.node_base / 4;
  run_on_simgrid(platform, [&](Cluster& cluster) {
    cluster.start(job(1, {0, 1, 2, 3}, {{Seconds{10}, draw}}));
    check_phase(cluster.wait().at(0).phases.at(0), 0, 10, 10 * 4 * each.base());
    cluster.start(job(2, {0, 1}, {{Seconds{5}, draw}}));
    check_phase(cluster.wait().at(0).phases.at(0), 10, 15, 5 * 2 * each.base());
    cluster.start(job(3, {2, 3, 4, 5, 6, 7}, {{Seconds{20}, draw}}));
    check_phase(cluster.wait().at(0).phases.at(0), 15, 35, 20 * 6 * each.base());
    CHECK(cluster.meter(0).base() == exactly(15 * each.base() + 20 * idle.base()));
    CHECK(cluster.meter(7).base() == exactly(20 * each.base() + 15 * idle.base()));
    cluster.start(job(4, {4, 5, 6, 7}, {{Seconds{100}, draw}}));
    cluster.wait(Seconds{36});
    check_phase(cluster.cancel_all().at(0).phases.at(0), 35, 36, 4 * each.base());
    CHECK(cluster.total().base() ==
          exactly((10 * 4 + 5 * 2 + 20 * 6 + 4) * each.base() + (10 * 4 + 5 * 6 + 20 * 2 + 4) * idle.base()));
  });
}

}  // namespace

TEST_CASE("a job takes its phases' time and draws their watts") {
  run_on_simgrid(small_platform(1, 1, Watts{0}), [](Cluster& cluster) {
    CHECK(cluster.now() == Seconds{0});
    CHECK(cluster.total() == Joules{0});
    cluster.start(
        job(7, {0}, {{Seconds{10}, Watts{250}}, {Seconds{5}, Watts{400}}, {Seconds{2.5}, Watts{40}}}));
    const auto done = cluster.wait();
    REQUIRE(done.size() == 1);
    CHECK(done[0].id == 7);
    REQUIRE(done[0].phases.size() == 3);
    check_phase(done[0].phases[0], 0, 10, 2500);
    check_phase(done[0].phases[1], 10, 15, 2000);
    check_phase(done[0].phases[2], 15, 17.5, 100);  // less than idle: what was asked for is what is drawn
    CHECK(cluster.now().base() == exactly(17.5));
    CHECK(cluster.meter(0).base() == exactly(4600));
    CHECK(cluster.total().base() == exactly(4600));
  });
}

TEST_CASE("an accelerator draws idle watts before, between and after its jobs") {
  run_on_simgrid(small_platform(1, 2, Watts{0}), [](Cluster& cluster) {
    // Accelerator 0 keeps the time; accelerator 1 idles 10 s, works 20 s, idles 30 s, works 5 s, idles 5 s.
    cluster.start(job(0, {0}, {{Seconds{10}, Watts{200}}}));
    cluster.wait();
    cluster.start(job(1, {1}, {{Seconds{20}, Watts{300}}}));
    const auto first = cluster.wait();
    check_phase(first[0].phases[0], 10, 30, 6000);
    cluster.start(job(2, {0}, {{Seconds{30}, Watts{200}}}));
    cluster.wait();
    cluster.start(job(3, {1}, {{Seconds{5}, Watts{400}}}));
    const auto second = cluster.wait();
    check_phase(second[0].phases[0], 60, 65, 2000);
    cluster.start(job(4, {0}, {{Seconds{5}, Watts{200}}}));
    cluster.wait();
    CHECK(cluster.meter(1).base() == exactly(10 * 100 + 6000 + 30 * 100 + 2000 + 5 * 100));
    CHECK(cluster.meter(0).base() == exactly(45 * 200 + 25 * 100));
    CHECK(cluster.total().base() == exactly(12500 + 11500));
  });
}

TEST_CASE("a gang is billed its accelerators and their share of the node") {
  run_on_simgrid(small_platform(2, 8, Watts{800}), [](Cluster& cluster) {
    cluster.start(job(1, {8, 9, 10, 11}, {{Seconds{100}, Watts{350}}}));
    const auto done = cluster.wait();
    check_phase(done[0].phases[0], 0, 100, 4 * 100 * (350 + 800.0 / 8));
    CHECK(cluster.meter(8).base() == exactly(100 * (350 + 100)));
    CHECK(cluster.meter(12).base() == exactly(100 * (100 + 100)));
    CHECK(cluster.meter(0).base() == exactly(100 * (100 + 100)));
    CHECK(cluster.total().base() == exactly(100 * (2 * 800 + 4 * 350 + 12 * 100)));
  });
}

TEST_CASE("a whole node draws what its parts would") {
  check_whole_and_half_nodes(small_platform(2, 4, Watts{800}), Watts{350});
}

TEST_CASE("a whole node without a base power draws what its parts would") {
  check_whole_and_half_nodes(small_platform(2, 4, Watts{0}), Watts{350});
}

TEST_CASE("a whole node of capped accelerators draws what its parts would") {
  Platform platform = small_platform(2, 4, Watts{800});
  platform.clusters[0].power_cap = Watts{250};
  platform.clusters[0].node_load = {Watts{10}, 0.05};
  check_whole_and_half_nodes(platform, Watts{250});
}

TEST_CASE("a whole node of accelerators capped at less than idle draws what its parts would") {
  Platform platform = small_platform(2, 4, Watts{0});
  platform.clusters[0].power_cap = Watts{90};
  check_whole_and_half_nodes(platform, Watts{90});
}

TEST_CASE("a node's share that is read twice in a campaign is up to date each time") {
  run_on_simgrid(small_platform(1, 2, Watts{50}), [](Cluster& cluster) {
    cluster.start(job(1, {0}, {{Seconds{3}, Watts{400}}, {Seconds{4}, Watts{400}}}));
    cluster.start(job(2, {1}, {{Seconds{5}, Watts{200}}}));
    const auto second = cluster.wait();
    check_phase(second[0].phases[0], 0, 5, 5 * (200 + 25));
    CHECK(cluster.meter(0).base() == exactly(5 * (400 + 25)));
    const auto first = cluster.wait();
    check_phase(first[0].phases[0], 0, 3, 3 * (400 + 25));
    check_phase(first[0].phases[1], 3, 7, 4 * (400 + 25));
    CHECK(cluster.meter(1).base() == exactly(5 * 225 + 2 * 125));
    CHECK(cluster.total().base() == exactly(7 * 400 + 5 * 200 + 2 * 100 + 7 * 50));
  });
}

TEST_CASE("any draw above nothing is metered as asked") {
  run_on_simgrid(small_platform(1, 1, Watts{0}), [](Cluster& cluster) {
    double start_s = 0;
    for (const double draw_w : {1e-6, 0.1, 99.9, 100.0, 123.456, 399.999999, 400.0}) {
      cluster.start(job(1, {0}, {{Seconds{1000}, Watts{draw_w}}}));
      check_phase(cluster.wait()[0].phases[0], start_s, start_s + 1000, 1000 * draw_w);
      start_s += 1000;
    }
  });
}

TEST_CASE("a phase without a draw leaves its accelerators idle, and can be cancelled") {
  run_on_simgrid(small_platform(1, 4, Watts{200}), [](Cluster& cluster) {
    cluster.start(
        job(1, {0, 1},
            {{Seconds{10}, {}}, {Seconds{5}, Watts{400}}, {Seconds{5}, {}}, {Seconds{1}, Watts{400}}}));
    cluster.start(job(2, {2}, {{Seconds{15}, {}}}));
    cluster.start(job(3, {3}, {{Seconds{18}, Watts{300}}}));
    check_phase(cluster.wait()[0].phases.at(0), 0, 15, 15 * (100 + 50));
    cluster.wait();
    const auto cut = cluster.cancel_all();
    REQUIRE(cut.size() == 1);
    REQUIRE(cut[0].phases.size() == 3);
    check_phase(cut[0].phases[0], 0, 10, 10 * 2 * (100 + 50));
    check_phase(cut[0].phases[1], 10, 15, 5 * 2 * (400 + 50));
    check_phase(cut[0].phases[2], 15, 18, 3 * 2 * (100 + 50));
    cluster.start(job(4, {0}, {{Seconds{2}, {}}, {Seconds{2}, Watts{400}}}));  // is not cut short by the past
    const auto done = cluster.wait();
    check_phase(done[0].phases.at(0), 18, 20, 2 * (100 + 50));
    check_phase(done[0].phases.at(1), 20, 22, 2 * (400 + 50));
  });
}

TEST_CASE("jobs that end together are returned together, whether they worked or rested") {
  run_on_simgrid(small_platform(100, 1, Watts{0}), [](Cluster& cluster) {
    for (std::uint32_t i = 0; i < 100; ++i)
      cluster.start(job(i, {i}, {{Seconds{0.7}, i % 2 ? std::optional{Watts{400}} : std::nullopt}}));
    CHECK(cluster.wait().size() == 100);
  });
}

TEST_CASE("phases of no duration take no time and no energy") {
  run_on_simgrid(small_platform(1, 2, Watts{0}), [](Cluster& cluster) {
    cluster.start(job(1, {0}, {{Seconds{0}, Watts{400}}}));
    cluster.start(
        job(2, {1}, {{Seconds{0}, Watts{400}}, {Seconds{2}, Watts{200}}, {Seconds{0}, Watts{400}}}));
    const auto empty = cluster.wait();
    REQUIRE(empty.size() == 1);
    CHECK(empty[0].id == 1);
    check_phase(empty[0].phases.at(0), 0, 0, 0);
    const auto done = cluster.wait();
    REQUIRE(done[0].phases.size() == 3);
    check_phase(done[0].phases[0], 0, 0, 0);
    check_phase(done[0].phases[1], 0, 2, 400);
    check_phase(done[0].phases[2], 2, 2, 0);
  });
}

TEST_CASE("a phase too short for the clock ends where it began") {
  run_on_simgrid(small_platform(1, 1, Watts{0}), [](Cluster& cluster) {
    cluster.start(
        job(1, {0}, {{Seconds{1e9}, Watts{400}}, {Seconds{1e-9}, Watts{400}}, {Seconds{1e-3}, Watts{400}}}));
    const auto done = cluster.wait();
    REQUIRE(done[0].phases.size() == 3);
    CHECK(done[0].phases[1].end == done[0].phases[1].start);
    CHECK(done[0].phases[1].energy == Joules{0});
    CHECK((done[0].phases[2].end - done[0].phases[2].start).base() == Approx(1e-3).margin(2e-7));
  });
}

TEST_CASE("phases down to a picosecond end, in order") {
  run_on_simgrid(small_platform(1, 1, Watts{0}), [](Cluster& cluster) {
    for (const double duration_s : {1e-3, 1e-6, 1e-9, 1e-12, 1e-15, 1e-300}) {
      const auto before = cluster.now();
      cluster.start(job(1, {0}, {{Seconds{duration_s}, Watts{200}}, {Seconds{duration_s}, Watts{400}}}));
      const auto done = cluster.wait();
      REQUIRE(done.size() == 1);
      CHECK((cluster.now() - before).base() == Approx(2 * duration_s).margin(1e-9));
    }
    cluster.start(job(1, {0}, {{Seconds{1}, Watts{200}}}));
    CHECK(cluster.wait()[0].phases[0].energy.base() == Approx(200).epsilon(1e-9));
  });
}

TEST_CASE("jobs that end together are returned together, by id") {
  constexpr std::uint32_t count = 1000;
  run_on_simgrid(small_platform(count / 8, 8, Watts{0}), [](Cluster& cluster) {
    // Different phases, gangs of one, two and three, started in a scrambled order; all end at 30 s but one.
    std::uint32_t next = 0;
    std::uint64_t id = 5000;
    std::vector<Job> jobs;
    for (std::uint32_t node = 0; node < count / 8; ++node) {
      for (const std::uint32_t width : {1u, 2u, 3u, 2u}) {
        std::vector<std::uint32_t> gang;
        for (std::uint32_t i = 0; i < width; ++i) gang.push_back(next++);
        std::vector<Phase> phases{{Seconds{10}, Watts{200}}, {Seconds{20}, Watts{400}}};
        if (width == 1) phases = {{Seconds{30}, Watts{300}}};
        if (width == 3) phases.push_back({Seconds{0}, Watts{100}});
        jobs.push_back(job(--id, gang, phases));
      }
    }
    jobs[3].phases.push_back({Seconds{1}, Watts{400}});
    const auto started = jobs.size();
    const auto late = jobs[3].id;
    for (auto& each : jobs) cluster.start(std::move(each));
    const auto done = cluster.wait();
    CHECK(cluster.now().base() == exactly(30));
    REQUIRE(done.size() == started - 1);
    for (std::size_t i = 1; i < done.size(); ++i) CHECK(done[i - 1].id < done[i].id);
    const auto last = cluster.wait();
    REQUIRE(last.size() == 1);
    CHECK(last[0].id == late);
    CHECK(cluster.now().base() == exactly(31));
  });
}

TEST_CASE("a thousand jobs on a thousand accelerators are all returned at once, again and again") {
  run_on_simgrid(small_platform(1000, 1, Watts{10}), [](Cluster& cluster) {
    for (int round = 1; round <= 5; ++round) {
      for (std::uint32_t i = 0; i < 1000; ++i) cluster.start(job(i, {i}, {{Seconds{0.1}, Watts{400}}}));
      REQUIRE(cluster.wait().size() == 1000);
      CHECK(cluster.now().base() == exactly(0.1 * round));
      CHECK(cluster.total().base() == exactly(0.1 * round * 410 * 1000));
    }
  });
}

TEST_CASE("more accelerators than there can be guarded stacks") {
  run_on_simgrid(small_platform(20001, 1, Watts{0}), [](Cluster& cluster) {
    cluster.start(job(1, {20000}, {{Seconds{10}, Watts{250}}}));
    check_phase(cluster.wait().at(0).phases.at(0), 0, 10, 2500);
  });
}

TEST_CASE("cancelling returns what was done, the running phase cut and metered") {
  run_on_simgrid(small_platform(2, 4, Watts{400}), [](Cluster& cluster) {
    cluster.start(
        job(3, {0, 1}, {{Seconds{10}, Watts{200}}, {Seconds{100}, Watts{400}}, {Seconds{1}, Watts{50}}}));
    cluster.start(job(2, {4}, {{Seconds{1000}, Watts{300}}}));
    cluster.start(job(1, {7}, {{Seconds{25}, Watts{300}}}));
    CHECK(cluster.wait()[0].id == 1);
    cluster.start(job(4, {5}, {{Seconds{1}, Watts{300}}}));  // cancelled before it has begun
    const auto cut = cluster.cancel_all();
    REQUIRE(cut.size() == 3);
    CHECK(cut[0].id == 2);
    CHECK(cut[1].id == 3);
    CHECK(cut[2].id == 4);
    REQUIRE(cut[0].phases.size() == 1);
    check_phase(cut[0].phases[0], 0, 25, 25 * (300 + 100));
    REQUIRE(cut[1].phases.size() == 2);
    check_phase(cut[1].phases[0], 0, 10, 10 * 2 * (200 + 100));
    check_phase(cut[1].phases[1], 10, 25, 15 * 2 * (400 + 100));
    CHECK(cut[2].phases.empty());
    CHECK(cluster.now().base() == exactly(25));
    CHECK(cluster.cancel_all().empty());

    // The machines are free and idle again.
    cluster.start(job(9, {0}, {{Seconds{5}, Watts{400}}}));
    check_phase(cluster.wait()[0].phases[0], 25, 30, 5 * (400 + 100));
    CHECK(cluster.meter(4).base() == exactly(25 * 400 + 5 * 200));
  });
}

TEST_CASE("a thousand running jobs can be cancelled") {
  run_on_simgrid(small_platform(1000, 1, Watts{0}), [](Cluster& cluster) {
    for (std::uint32_t i = 0; i < 999; ++i) cluster.start(job(i, {i}, {{Seconds{50}, Watts{400}}}));
    cluster.start(job(999, {999}, {{Seconds{10}, Watts{400}}}));
    cluster.wait();
    const auto cut = cluster.cancel_all();
    REQUIRE(cut.size() == 999);
    for (std::size_t i = 0; i < cut.size(); ++i) {
      CHECK(cut[i].id == i);
      check_phase(cut[i].phases.at(0), 0, 10, 4000);
    }
  });
}

TEST_CASE("what a campaign throws comes out, with jobs running or not") {
  CHECK_THROWS_WITH(run_on_simgrid(small_platform(4, 1, Watts{0}),
                                   [](Cluster& cluster) {
                                     cluster.start(job(1, {0}, {{Seconds{10}, Watts{400}}}));
                                     cluster.start(job(2, {1}, {{Seconds{20}, Watts{400}}}));
                                     cluster.wait();
                                     cluster.start(job(3, {0}, {{Seconds{10}, Watts{400}}}));
                                     throw std::runtime_error{"the disk is full"};
                                   }),
                    "the disk is full");
}

TEST_CASE("a campaign may end while jobs are running") {
  Seconds end;
  run_on_simgrid(small_platform(4, 1, Watts{0}), [&](Cluster& cluster) {
    cluster.start(job(1, {0}, {{Seconds{10}, Watts{400}}}));
    cluster.start(job(2, {1}, {{Seconds{20}, Watts{400}}}));
    cluster.wait();
    end = cluster.now();
  });
  CHECK(end.base() == exactly(10));
}

TEST_CASE("a job that no machine could run is our mistake") {
  run_on_simgrid(small_platform(2, 2, Watts{0}), [](Cluster& cluster) {
    CHECK_THROWS_AS(cluster.wait(), InternalError);
    CHECK_THROWS_AS(cluster.start(job(1, {}, {{Seconds{1}, Watts{1}}})), InternalError);
    CHECK_THROWS_AS(cluster.start(job(1, {0}, {})), InternalError);
    CHECK_THROWS_AS(cluster.start(job(1, {4}, {{Seconds{1}, Watts{1}}})), InternalError);
    CHECK_THROWS_AS(cluster.start(job(1, {0}, {{Seconds{-1}, Watts{1}}})), InternalError);
    CHECK_THROWS_AS(cluster.start(job(1, {0}, {{Seconds{1}, Watts{0}}})), InternalError);
    CHECK_THROWS_AS(cluster.start(job(1, {0}, {{Seconds{1}, Watts{401}}})), InternalError);
    cluster.start(job(1, {0}, {{Seconds{1}, Watts{1}}}));
    CHECK_THROWS_AS(cluster.start(job(2, {0}, {{Seconds{1}, Watts{1}}})), InternalError);  // is busy
    CHECK(cluster.wait().size() == 1);
    cluster.start(job(2, {0}, {{Seconds{1}, Watts{1}}}));
    CHECK(cluster.wait().size() == 1);
  });
}

TEST_CASE("a handler of Ctrl-C stays in place") {
  const auto handler = [](int) {};
  std::signal(SIGINT, handler);
  run_on_simgrid(small_platform(1, 1, Watts{0}), [](Cluster&) {});
  CHECK(std::signal(SIGINT, SIG_DFL) == static_cast<void (*)(int)>(handler));
}

TEST_CASE("many accelerators of several clusters, no two alike, close against the total") {
  auto platform = small_platform(3, 4, Watts{123.4});
  platform.clusters.push_back(small_platform(5, 2, Watts{0}).clusters.front());
  platform.clusters[1].accelerator.max = Watts{1000.0 / 3};
  run_on_simgrid(platform, [](Cluster& cluster) {
    std::vector<std::uint32_t> accelerator_of;  // by job id
    const auto start = [&](std::uint32_t accelerator) {
      const auto id = accelerator_of.size();
      accelerator_of.push_back(accelerator);
      const auto n = static_cast<double>(id + 1);
      cluster.start(
          job(id, {accelerator}, {{Seconds{1 + n / 7}, Watts{10 + n / 3}}, {Seconds{n / 11}, Watts{50}}}));
    };
    for (std::uint32_t i = 0; i < 20; ++i) start(i);  // the last two idle
    while (accelerator_of.size() < 800)
      for (const auto& done : cluster.wait()) start(accelerator_of[done.id]);
    Joules sum{0};
    for (std::uint32_t i = 0; i < 22; ++i) sum += cluster.meter(i);
    CHECK(cluster.total().base() == Approx(sum.base()).epsilon(1e-12));
  });
}

TEST_CASE("jobs end on time when the clock has run for decades") {
  // 600486308.9 + (1679066812.7 - 600486308.9) is one digit more than 1679066812.7.
  const std::vector<double> ends = {206536692.2, 436021905.8, 569888280.4, 600486308.9, 1679066812.7};
  run_on_simgrid(small_platform(1, 5, Watts{0}), [&](Cluster& cluster) {
    for (std::uint32_t i = 0; i < ends.size(); ++i)
      cluster.start(job(i, {i}, {{Seconds{ends[i]}, Watts{200}}}));
    for (std::uint32_t i = 0; i < ends.size(); ++i) {
      const auto done = cluster.wait();
      REQUIRE(done.size() == 1);
      CHECK(done[0].id == i);
      check_phase(done[0].phases[0], 0, ends[i], 200 * ends[i]);
    }
  });
}
