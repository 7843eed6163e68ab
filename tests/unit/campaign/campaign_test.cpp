// The loop on a cluster without SimGrid: every second and joule below is worked out by hand.
#include "sim/campaign/campaign.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "sim/core/expect.hpp"
#include "tests/support/hand_campaign.hpp"

using namespace campaign_sim;
using testing::HandCampaign;
using testing::needs;
using testing::RowSeen;

namespace {

void check_closed(const CampaignResult& result) {
  CHECK(result.closure.energy_error < 1e-12);
  CHECK(result.closure.time_error < 1e-12);
}

std::vector<double> starts(const CampaignResult& result) {
  std::vector<double> seconds;
  for (const TrialRecord& trial : result.trials) seconds.push_back(trial.start.base());
  return seconds;
}

}  // namespace

TEST_CASE("a trial starts up at idle power, then trains, and what nobody holds is idle") {
  HandCampaign campaign{1, 2};
  campaign.workload->start_up = Seconds{10};
  campaign.train({needs(1, 2, 7)});
  const CampaignResult result = campaign.run();
  CHECK(result.makespan == Seconds{20});
  CHECK(result.energy == Joules{10 * 100 + 10 * 300 + 20 * 100});
  CHECK(result.ended_by == "strategy");
  CHECK(result.segments == 1);
  const std::vector<RowSeen> expected = {{"load", 0, 0, 0, 0, 10, 1, 1000},
                                         {"train", 0, 0, 5, 10, 20, 1, 3000},
                                         {"idle", {}, 0, 0, 0, 20, 1, 2000}};
  CHECK(campaign.recorder.rows == expected);
  const TrialRecord& trial = result.trials.at(0);
  CHECK(trial.status == TrialStatus::completed);
  CHECK(trial.resource == 5);
  CHECK(trial.loss == 2);
  CHECK(trial.energy == Joules{4000});
  CHECK(trial.held == Seconds{20});
  CHECK(trial.accelerator_time == Seconds{20});
  REQUIRE(result.incumbents.size() == 1);
  CHECK(result.incumbents[0].time == Seconds{20});
  CHECK(result.incumbents[0].energy == Joules{6000});
  CHECK(result.incumbents[0].resource == 5);
  check_closed(result);
}

TEST_CASE("a gang draws for each accelerator and carries its share of the node") {
  HandCampaign campaign{1, 4, Watts{60}};
  campaign.train({needs(2, 2)});
  const CampaignResult result = campaign.run();
  CHECK(result.makespan == Seconds{10});
  CHECK(result.trials[0].energy == Joules{2 * (300 + 15) * 10});
  CHECK(result.trials[0].accelerator_time == Seconds{20});
  CHECK(result.energy == Joules{6300 + 2 * (100 + 15) * 10});
  check_closed(result);
}

TEST_CASE("a trial that does not fit yet holds up those behind it") {
  HandCampaign campaign{1, 2};
  campaign.train({needs(1, 2), needs(2, 2), needs(1, 2)});
  const CampaignResult result = campaign.run();
  CHECK(starts(result) == std::vector<double>{0, 10, 20});
  CHECK(result.makespan == Seconds{30});
  // Idle: one accelerator in the first 10 s, one in the last.
  CHECK(result.energy == Joules{10 * 400 + 10 * 600 + 10 * 400});
  check_closed(result);
}

TEST_CASE("no more trials hold accelerators than parallel_trials allows") {
  HandCampaign campaign{1, 4};
  campaign.scenario.parallel_trials = 2;
  campaign.train({needs(1, 2), needs(1, 4), needs(1, 2)});
  const CampaignResult result = campaign.run();
  CHECK(starts(result) == std::vector<double>{0, 0, 10});
  CHECK(result.makespan == Seconds{20});
}

TEST_CASE("a paused trial goes on as the scenario says") {
  HandCampaign campaign{1, 2};
  campaign.workload->start_up = Seconds{3};
  campaign.workload->checkpoint = Bytes{4e9};  // 2 s at 2 GB/s
  int asked = 0;
  campaign.strategy->on_ask = [&]() -> Proposal {
    switch (asked++) {
      case 0:
        return StartTrial{TrialId{0}, needs(1, 1, 9), 2, std::nullopt};
      case 1:
        return WaitForReports{};
      case 2:
        return ResumeTrial{TrialId{0}, 4};
      default:
        return Finished{};
    }
  };
  campaign.strategy->on_tell = [](const Report& report) -> Verdict {
    if (report.resource < 4) return Pause{};
    return Stop{};
  };
  std::vector<RowSeen> trial_rows;
  const auto run = [&] {
    const CampaignResult result = campaign.run();
    for (const RowSeen& row : campaign.recorder.rows)
      if (row.trial) trial_rows.push_back(row);
    check_closed(result);
    CHECK(result.trials[0].status == TrialStatus::stopped);  // the largest resource is 5
    CHECK(result.trials[0].resource == 4);
    CHECK(result.trials[0].loss == 5);
    CHECK(result.segments == 2);
    return result;
  };
  SECTION("from its checkpoint, which is read once it is written, though machines are free") {
    const CampaignResult result = run();
    CHECK(result.makespan == Seconds{14});
    CHECK(result.trials[0].trained_resource == 4);
    const std::vector<RowSeen> expected = {
        {"load", 0, 0, 0, 0, 3, 1, 300},       {"train", 0, 0, 2, 3, 5, 1, 600},
        {"checkpoint", 0, 2, 2, 5, 7, 1, 200}, {"load", 0, 2, 2, 7, 10, 1, 300},
        {"restore", 0, 2, 2, 10, 12, 1, 200},  {"train", 0, 2, 4, 12, 14, 1, 600}};
    CHECK(trial_rows == expected);
  }
  SECTION("from nothing") {
    campaign.scenario.checkpoint.resume = Resume::from_scratch;
    const CampaignResult result = run();
    CHECK(result.makespan == Seconds{12});
    CHECK(result.trials[0].trained_resource == 6);
    const std::vector<RowSeen> expected = {{"load", 0, 0, 0, 0, 3, 1, 300},
                                           {"train", 0, 0, 2, 3, 5, 1, 600},
                                           {"load", 0, 0, 0, 5, 8, 1, 300},
                                           {"train", 0, 0, 4, 8, 12, 1, 1200}};
    CHECK(trial_rows == expected);
  }
  SECTION("at no cost") {
    campaign.scenario.checkpoint.resume = Resume::free;
    const CampaignResult result = run();
    CHECK(result.makespan == Seconds{10});
    CHECK(result.trials[0].trained_resource == 4);
    CHECK(trial_rows.size() == 4);
  }
}

TEST_CASE("a trial that continues keeps its accelerators and starts up once") {
  HandCampaign campaign;
  campaign.workload->start_up = Seconds{3};
  campaign.train({});
  bool started = false;
  campaign.strategy->on_ask = [&]() -> Proposal {
    if (std::exchange(started, true)) return Finished{};
    return StartTrial{TrialId{0}, needs(1, 1), 1, std::nullopt};
  };
  campaign.strategy->on_tell = [](const Report& report) -> Verdict {
    if (report.resource < 5) return Continue{report.resource + 2};
    return Stop{};
  };
  const CampaignResult result = campaign.run();
  CHECK(result.makespan == Seconds{8});
  CHECK(result.segments == 3);
  CHECK(result.trials[0].status == TrialStatus::completed);
  check_closed(result);
}

TEST_CASE("a trial with another's weights counts on from its resource and its loss") {
  HandCampaign campaign;
  campaign.workload->checkpoint = Bytes{4e9};
  int asked = 0;
  campaign.strategy->on_ask = [&]() -> Proposal {
    switch (asked++) {
      case 0:
        return StartTrial{TrialId{0}, needs(1, 1, 10), 2, std::nullopt};
      case 1:
        return StartTrial{TrialId{1}, needs(1, 1, 20), 4, TrialId{0}};
      default:
        return Finished{};
    }
  };
  const CampaignResult result = campaign.run();
  CHECK(result.makespan == Seconds{2 + 2 + 2});  // training, reading the parent's checkpoint, training
  CHECK(result.trials[0].loss == 8);
  CHECK(result.trials[1].loss == 6);  // from 8 it learns as its own curve does, by 2
  CHECK(result.trials[1].resource == 4);
  CHECK(result.trials[1].trained_resource == 2);
  check_closed(result);
}

TEST_CASE("a trial that fits nowhere costs its start-up and is reported") {
  HandCampaign campaign{1, 2};
  campaign.workload->start_up = Seconds{30};
  campaign.train({needs(1, 1)});
  SegmentOutcome outcome{};
  double loss = 0;
  campaign.strategy->on_tell = [&](const Report& report) -> Verdict {
    outcome = report.outcome;
    loss = report.loss;
    CHECK(report.resource == 0);
    CHECK(report.trained == Seconds{30});
    return Stop{};
  };
  SECTION("too little memory") { campaign.workload->memory = Bytes{1}; }
  SECTION("too few accelerators") { campaign.train({needs(3, 1)}); }
  const CampaignResult result = campaign.run();
  CHECK(outcome == SegmentOutcome::out_of_memory);
  CHECK(std::isnan(loss));
  CHECK(result.makespan == Seconds{30});
  CHECK(result.trials[0].status == TrialStatus::failed);
  CHECK(result.trials[0].energy == Joules{3000});
  CHECK(result.incumbents.empty());
  check_closed(result);
}

TEST_CASE("a campaign ends by its rules") {
  // One accelerator, ten seconds and 3,000 J a trial, one after the other.
  HandCampaign campaign;
  std::vector<double> offsets(100, 8);
  campaign.train_for_ever([&](std::uint32_t k) { return needs(1, 2, offsets[k]); });
  ClusterSpec& cluster = campaign.scenario.platform.clusters[0];
  cluster.site.pue = 2;
  cluster.site.intensity = KilogramsPerJoule{1e-3};
  cluster.site.electricity_price = MoneyPerJoule{1e-4};
  cluster.accelerator_price = MoneyPerSecond{0.1};
  StopRules& stop = campaign.scenario.stop;
  const auto ends_after = [&](std::size_t trials, const std::string& rule) {
    const CampaignResult result = campaign.run();
    CHECK(result.ended_by == rule);
    CHECK(result.trials.size() == trials);
    CHECK(result.makespan == Seconds{10.0 * static_cast<double>(trials)});
    check_closed(result);
  };
  SECTION("resource: 3 × 5 is the first sum of at least 12") {
    stop.resource = 12;
    ends_after(3, "resource");
  }
  SECTION("time: at the first report that is late enough") {
    stop.time = Seconds{25};
    ends_after(3, "time");
  }
  SECTION("energy of the facility: 6 kJ a trial") {
    stop.energy = Joules{9000};
    ends_after(2, "energy");
  }
  SECTION("energy, reached exactly") {
    stop.energy = Joules{12000};
    ends_after(2, "energy");
  }
  SECTION("CO2e: 6 kg a trial") {
    stop.co2e = Kilograms{13};
    ends_after(3, "co2e");
  }
  SECTION("cost: 1 for the accelerator and 0.6 for electricity a trial") {
    stop.cost = Money{4};
    ends_after(3, "cost");
  }
  SECTION("target: a loss of 1 is the third trial's") {
    stop.target = 1;
    offsets[0] = 9;
    offsets[2] = 6;
    ends_after(3, "target");
  }
  SECTION("target of a metric that is maximised") {
    campaign.scenario.objective.direction = Direction::maximise;
    stop.target = 20;
    offsets[3] = 25;
    ends_after(4, "target");
  }
  SECTION("two trials without an improvement") {
    stop.no_improvement = 2;
    offsets = {9, 8, 7, 7, 7, 1};
    ends_after(5, "no_improvement");
  }
  SECTION("the first of several") {
    stop.time = Seconds{55};
    stop.energy = Joules{20000};
    ends_after(4, "energy");
  }
}

TEST_CASE("a cost counts only held accelerators where the scenario says so") {
  HandCampaign campaign{1, 2};
  campaign.scenario.parallel_trials = 1;
  campaign.train_for_ever([](std::uint32_t) { return needs(1, 2); });
  campaign.scenario.platform.clusters[0].accelerator_price = MoneyPerSecond{0.1};
  campaign.scenario.stop.cost = Money{4};
  SECTION("reserved: 2 for every 10 s") { CHECK(campaign.run().trials.size() == 2); }
  SECTION("busy: 1 for every 10 s") {
    campaign.scenario.accounting.charge = AcceleratorCharge::busy;
    CHECK(campaign.run().trials.size() == 4);
  }
}

TEST_CASE("a cost counts how machines are bought, whole hours and stored checkpoints") {
  HandCampaign campaign{1, 1};
  campaign.train_for_ever([](std::uint32_t) { return needs(1, 20); });
  ClusterSpec& cluster = campaign.scenario.platform.clusters[0];
  cluster.accelerator_price = MoneyPerSecond{0.1};
  cluster.spot_price = MoneyPerSecond{0.05};
  cluster.owned_price = MoneyPerSecond{0.025};
  AccountingSettings& accounting = campaign.scenario.accounting;
  campaign.scenario.stop.cost = Money{20};
  SECTION("on demand: 10 for 100 s") { CHECK(campaign.run().trials.size() == 2); }
  SECTION("spot: 5 for 100 s") {
    accounting.purchase = Purchase::spot;
    CHECK(campaign.run().trials.size() == 4);
  }
  SECTION("owned: 2.5 for 100 s") {
    accounting.purchase = Purchase::owned;
    CHECK(campaign.run().trials.size() == 8);
  }
  SECTION("each hold is paid for 150 s") {
    accounting.charge = AcceleratorCharge::busy;
    accounting.granularity = Seconds{150};
    CHECK(campaign.run().trials.size() == 2);
  }
}

TEST_CASE("a campaign that comes to the end of a trace is cut there, and says what to do") {
  HandCampaign campaign{1, 2};
  campaign.train({needs(1, 2), needs(1, 4)});  // 10 s and 20 s
  campaign.scenario.start = 1000;
  Site& site = campaign.scenario.platform.clusters[0].site;
  site.name = "here";
  const auto until = [](double end) {
    return std::make_shared<StepSeries>(std::vector<double>{900}, std::vector<double>{1e-7}, end);
  };
  SECTION("in the middle of a trial") {
    site.intensity_over_time = until(1015);
    const CampaignResult result = campaign.run();
    CHECK(result.ended_by == "trace_end");
    CHECK(result.partial());
    CHECK(result.makespan == Seconds{15});
    CHECK(result.trials[0].status == TrialStatus::completed);
    CHECK(result.trials[1].status == TrialStatus::stopped);
    CHECK(result.trials[1].trained_resource == Approx(15.0 / 4));
    CHECK_THAT(result.failure, Catch::Contains("the trace of the grid's intensity at here ends at "
                                               "1970-01-01T00:16:55Z") &&
                                   Catch::Contains("take a longer trace"));
    check_closed(result);
  }
  SECTION("as the last trial ends") {
    site.intensity_over_time = until(1020);
    const CampaignResult result = campaign.run();
    CHECK(result.ended_by == "strategy");
    CHECK_FALSE(result.partial());
    CHECK(result.makespan == Seconds{20});
  }
}

TEST_CASE("once a rule is met nothing that waits for machines starts") {
  HandCampaign campaign{1, 2};
  campaign.train({needs(1, 2), needs(2, 2)});
  campaign.scenario.stop.time = Seconds{5};
  const CampaignResult result = campaign.run();
  CHECK(result.makespan == Seconds{10});
  REQUIRE(result.trials.size() == 2);
  CHECK(result.trials[1].start < Seconds{0});
  CHECK(result.trials[1].status == TrialStatus::stopped);
  CHECK(result.trials[1].energy == Joules{0});
  check_closed(result);
}

TEST_CASE("what runs when a rule is met ends at its next report, whatever the strategy says") {
  HandCampaign campaign{1, 2};
  int asked = 0;
  campaign.strategy->on_ask = [&]() -> Proposal {
    const TrialId trial{static_cast<std::uint32_t>(asked++)};
    return StartTrial{trial, needs(1, asked == 1 ? 10 : 4), 1, std::nullopt};
  };
  campaign.strategy->on_tell = [](const Report& report) -> Verdict { return Continue{report.resource + 1}; };
  campaign.scenario.stop.time = Seconds{7};
  const CampaignResult result = campaign.run();
  CHECK(result.makespan == Seconds{10});  // trial 1 was told to stop at 8 s, trial 0 at 10 s
  CHECK(result.trials.at(0).resource == 1);
  CHECK(result.trials.at(1).resource == 2);
  CHECK(result.trials.size() == 2);
}

TEST_CASE("an interrupt keeps what was done") {
  HandCampaign campaign{1, 2};
  campaign.train({needs(1, 2), needs(1, 8), needs(1, 2)});
  int polls = 0;
  campaign.watcher.interrupted = [&] { return ++polls == 2; };
  const CampaignResult result = campaign.run();
  CHECK(result.ended_by == "interrupt");
  CHECK(result.makespan == Seconds{10});
  REQUIRE(result.trials.size() == 3);
  CHECK(result.trials[0].status == TrialStatus::completed);
  CHECK(result.trials[1].status == TrialStatus::stopped);
  CHECK(result.trials[1].trained_resource == 1.25);  // 10 of 40 s
  CHECK(result.trials[1].energy == Joules{3000});
  CHECK(result.trials[2].trained_resource == 0);
  CHECK(result.energy == Joules{6000});
  check_closed(result);
  const RowSeen cut = {"train", 1, 0, 1.25, 0, 10, 1, 3000};
  CHECK(std::find(campaign.recorder.rows.begin(), campaign.recorder.rows.end(), cut) !=
        campaign.recorder.rows.end());
}

TEST_CASE("an interrupt before anything ran leaves an empty result") {
  HandCampaign campaign;
  campaign.train({needs(1, 2)});
  campaign.watcher.interrupted = [] { return true; };
  const CampaignResult result = campaign.run();
  CHECK(result.ended_by == "interrupt");
  CHECK(result.makespan == Seconds{0});
  CHECK(result.trials.at(0).trained_resource == 0);
  check_closed(result);
}

TEST_CASE("reports of one instant are told in the order of trials") {
  HandCampaign campaign{1, 2};
  // Trial 2 takes over the machine, and the job's number, of trial 0; it ends when trial 1 does.
  campaign.train({needs(1, 2), needs(1, 4), needs(1, 2)});
  std::vector<std::uint32_t> told;
  campaign.strategy->on_tell = [&](const Report& report) -> Verdict {
    told.push_back(index(report.trial));
    return Stop{};
  };
  campaign.run();
  CHECK(told == std::vector<std::uint32_t>{0, 1, 2});
}

TEST_CASE("a report says what the trial cost so far and how it learnt") {
  HandCampaign campaign;
  campaign.workload->start_up = Seconds{10};
  campaign.train({needs(1, 2, 7)});
  int reports = 0;
  campaign.strategy->on_tell = [&](const Report& report) -> Verdict {
    ++reports;
    CHECK(report.trial == TrialId{0});
    CHECK(report.resource == 5);
    CHECK(report.loss == 2);
    CHECK(report.outcome == SegmentOutcome::reached);
    CHECK(report.trained == Seconds{20});
    CHECK(report.energy == Joules{4000});
    CHECK(report.curve->loss(3) == 4);
    CHECK_THROWS_AS(report.curve->loss(6), InternalError);
    return Stop{};
  };
  campaign.run();
  CHECK(reports == 1);
}

TEST_CASE("a metric that is maximised is told as a loss") {
  HandCampaign campaign;
  campaign.scenario.objective.direction = Direction::maximise;
  campaign.train({needs(1, 2, 7), needs(1, 2, 9)});
  const CampaignResult result = campaign.run();
  CHECK(result.trials[0].loss == -2);
  CHECK(result.incumbents.back().trial == TrialId{1});
}

TEST_CASE("a diverged trial has no metric and is nobody's best") {
  HandCampaign campaign;
  campaign.train({needs(1, 2, std::nan("")), needs(1, 2, 7)});
  const CampaignResult result = campaign.run();
  CHECK(std::isnan(result.trials[0].loss));
  CHECK(std::isnan(result.trials[0].best_loss));
  CHECK(result.trials[0].status == TrialStatus::completed);
  REQUIRE(result.incumbents.size() == 1);
  CHECK(result.incumbents[0].trial == TrialId{1});
}

TEST_CASE("a strategy that breaks its contract is our mistake") {
  HandCampaign campaign;
  campaign.train({needs(1, 2)});
  const auto proposes = [&](const Proposal& proposal) {
    campaign.strategy->on_ask = [=] { return proposal; };
  };
  SECTION("a trial out of number") { proposes(StartTrial{TrialId{1}, needs(1, 1), 5, {}}); }
  SECTION("more than the largest resource") { proposes(StartTrial{TrialId{0}, needs(1, 1), 6, {}}); }
  SECTION("no resource at all") { proposes(StartTrial{TrialId{0}, needs(1, 1), 0, {}}); }
  SECTION("a resource that is not a number") {
    proposes(StartTrial{TrialId{0}, needs(1, 1), std::nan(""), {}});
  }
  SECTION("an unknown trial to go on") { proposes(ResumeTrial{TrialId{0}, 5}); }
  SECTION("the weights of an unknown trial") { proposes(StartTrial{TrialId{0}, needs(1, 1), 5, TrialId{3}}); }
  SECTION("waiting for nothing") { proposes(WaitForReports{}); }
  SECTION("training backwards") {
    campaign.strategy->on_tell = [](const Report&) -> Verdict { return Continue{3}; };
  }
  SECTION("training on past the end") {
    campaign.strategy->on_tell = [](const Report&) -> Verdict { return Continue{7}; };
  }
  SECTION("training on what fits nowhere") {
    campaign.workload->memory = Bytes{1};
    campaign.workload->start_up = Seconds{1};
    campaign.strategy->on_tell = [](const Report&) -> Verdict { return Continue{5}; };
  }
  SECTION("a trial to go on that was stopped") {
    int asked = 0;
    campaign.strategy->on_ask = [&, asked]() mutable -> Proposal {
      if (asked++ == 0) return StartTrial{TrialId{0}, needs(1, 1), 2, std::nullopt};
      return ResumeTrial{TrialId{0}, 5};
    };
  }
  SECTION("more trials than allowed") {
    campaign.scenario.stop.trials = 2;
    campaign.train_for_ever([](std::uint32_t) { return needs(1, 2); });
  }
  CHECK_THROWS_AS(campaign.run(), InternalError);
}

TEST_CASE("a campaign of no trials takes no time") {
  HandCampaign campaign;
  const CampaignResult result = campaign.run();
  CHECK(result.makespan == Seconds{0});
  CHECK(result.trials.empty());
  check_closed(result);
}
