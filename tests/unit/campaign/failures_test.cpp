// Nodes that fail, and what it does to trials, against times worked out from the faults themselves.
#include <catch2/catch.hpp>
#include <cmath>
#include <map>

#include "sim/campaign/node_faults.hpp"
#include "sim/ledger/totals.hpp"
#include "sim/search/registry.hpp"
#include "tests/support/hand_campaign.hpp"
#include "tests/support/project_root.hpp"
#include "tests/support/read_sampler.hpp"

using namespace campaign_sim;
using namespace campaign_sim::testing;

namespace {

FailureSpec failing(double mean_time_between_s, double repair_s) {
  FailureSpec failures;
  failures.mean_time_between = Seconds{mean_time_between_s};
  failures.repair.mean = Seconds{repair_s};
  failures.max_restarts = 1000;
  return failures;
}

double sum_s(const RowRecorder& recorder, const std::string& cause) {
  double sum = 0;
  for (const RowSeen& row : recorder.rows)
    if (row.cause == cause) sum += (row.end_s - row.start_s) * static_cast<double>(row.accelerators);
  return sum;
}

bool closes(const CampaignResult& result) {
  return result.closure.energy_error <= 1e-9 && result.closure.time_error <= 1e-9;
}

// When a trial alone on one node that needs `work_s` ends, if it begins again from its last multiple of
// `every_s` each time that the node comes back.
struct Alone {
  double end_s = 0;
  double lost_s = 0;
  std::uint32_t interruptions = 0;
};
Alone alone(const Platform& platform, double work_s, double every_s) {
  NodeFaults faults{platform, 0};
  Alone result;
  double done_s = 0;
  for (;;) {
    const double fails_s = faults.take().time.base();
    if (result.end_s + work_s - done_s <= fails_s) {
      result.end_s += work_s - done_s;
      return result;
    }
    const double reached_s = done_s + fails_s - result.end_s;
    const double saved_s = every_s > 0 ? std::max(done_s, std::floor(reached_s / every_s) * every_s) : done_s;
    result.lost_s += reached_s - saved_s;
    done_s = saved_s;
    result.end_s = faults.take().time.base();
    ++result.interruptions;
  }
}

}  // namespace

TEST_CASE("failures of 2,048 nodes in 54 days are as many as a Poisson process has") {
  Platform platform = small_platform(2048, 8, Watts{0});
  platform.clusters[0].failures = failing(1000.0 / 3.79 * 86400, 3600);
  const double expected = 2048 * 54 * 3.79 / 1000;  // 419.2
  int inside = 0;
  double sum = 0;
  constexpr int seeds = 300;
  for (int seed = 0; seed < seeds; ++seed) {
    NodeFaults faults{platform, static_cast<std::uint64_t>(seed)};
    double count = 0;
    while (*faults.next() < Seconds{54.0 * 86400})
      if (faults.take().after == NodeState::out) ++count;
    sum += count;
    if (std::abs(count - expected) <= 2 * std::sqrt(expected)) ++inside;
  }
  CHECK(sum / seeds == Approx(expected).epsilon(0.01));
  CHECK(inside >= 0.92 * seeds);  // 95.4 % is right; 1.2 % is the error of this count
}

TEST_CASE("a spare takes the place of a node that failed, and the repaired node becomes the spare") {
  Platform platform = small_platform(5, 1, Watts{0});
  platform.clusters[0].failures = failing(1e6, 1000);
  platform.clusters[0].failures->spares = 2;
  platform.clusters[0].failures->replacement.mean = Seconds{10};
  NodeFaults faults{platform, 7};
  std::map<std::uint32_t, NodeState> states;
  for (std::uint32_t node = 0; node < 5; ++node)
    states[node] = node < 3 ? NodeState::working : NodeState::spare;
  const auto working = [&] {
    return std::ranges::count_if(states, [](const auto& one) { return one.second == NodeState::working; });
  };
  Seconds last;
  for (int i = 0; i < 2000; ++i) {
    const NodeChange change = faults.take();
    CHECK(change.time >= last);
    CHECK(states[change.node] == change.before);
    if (change.before == NodeState::spare && change.after == NodeState::working)
      CHECK(change.time - last <= Seconds{10});
    states[change.node] = change.after;
    last = change.time;
    CHECK(working() <= 3);
  }
}

TEST_CASE("a trial whose node fails waits for the repair and begins again") {
  const double every = GENERATE(0.0, 40.0);
  HandCampaign campaign;
  campaign.scenario.platform.clusters[0].failures = failing(GENERATE(150.0, 400.0, 5000.0), 70);
  if (every > 0) campaign.scenario.checkpoint.every = Seconds{every};
  campaign.train({needs(1, 100, 9)});
  const Alone expected = alone(campaign.scenario.platform, 500, every);
  const CampaignResult result = campaign.run();
  CHECK(closes(result));
  REQUIRE(result.trials.size() == 1);
  CHECK(result.trials[0].status == TrialStatus::completed);
  CHECK(result.trials[0].loss == 4);
  CHECK(result.trials[0].trained_resource == Approx(5));
  CHECK(result.trials[0].interruptions == expected.interruptions);
  CHECK(result.interruptions == expected.interruptions);
  CHECK(result.makespan.base() == Approx(expected.end_s));
  CHECK(sum_s(campaign.recorder, "train") == Approx(500));
  CHECK(sum_s(campaign.recorder, "lost") == Approx(expected.lost_s).margin(1e-6));
  CHECK(sum_s(campaign.recorder, "off") == Approx(70.0 * expected.interruptions));
  CHECK(result.energy.base() == Approx(300 * (500 + expected.lost_s)));
  CHECK(result.waited.base() == Approx(70.0 * expected.interruptions));
}

TEST_CASE("what was reported and lost is trained again, and counts as lost") {
  HandCampaign campaign;
  campaign.scenario.platform.clusters[0].failures = failing(200, 70);
  campaign.train({needs(1, 100, 9)});
  // A report after each unit, and no checkpoint.
  campaign.strategy->on_ask = [started = false]() mutable -> Proposal {
    if (std::exchange(started, true)) return Finished{};
    return StartTrial{TrialId{0}, needs(1, 100, 9), 1, std::nullopt};
  };
  std::vector<Resource> reports;
  campaign.strategy->on_tell = [&](const Report& report) -> Verdict {
    reports.push_back(report.resource);
    if (report.resource >= 5) return Stop{};
    return Continue{report.resource + 1};
  };
  const Alone expected = alone(campaign.scenario.platform, 500, 0);
  REQUIRE(expected.interruptions > 0);
  const CampaignResult result = campaign.run();
  CHECK(closes(result));
  CHECK(reports == std::vector<Resource>{1, 2, 3, 4, 5});  // each once
  CHECK(result.makespan.base() == Approx(expected.end_s));
  CHECK(sum_s(campaign.recorder, "train") == Approx(500));
  CHECK(sum_s(campaign.recorder, "lost") == Approx(expected.lost_s));
}

TEST_CASE("a gang loses all of its machines, and its neighbours lose nothing") {
  HandCampaign campaign{3, 2};
  campaign.scenario.platform.clusters[0].failures = failing(3000, 100);
  campaign.train({needs(4, 100), needs(2, 100)});
  const CampaignResult result = campaign.run();
  CHECK(closes(result));
  for (const TrialRecord& trial : result.trials) CHECK(trial.status == TrialStatus::completed);
  for (const RowSeen& row : campaign.recorder.rows)
    if (row.cause == "train" || row.cause == "lost") CHECK(row.accelerators == (row.trial == 0u ? 4 : 2));
}

TEST_CASE("a trial that can never finish is given up, and the campaign goes on") {
  HandCampaign campaign;
  campaign.scenario.platform.clusters[0].failures = failing(20, 1);  // of 500 s of work
  campaign.scenario.platform.clusters[0].failures->max_restarts = 10;
  campaign.train({needs(1, 100), needs(1, 100)});
  std::vector<SegmentOutcome> told;
  campaign.strategy->on_tell = [&](const Report& report) -> Verdict {
    told.push_back(report.outcome);
    return Stop{};
  };
  const CampaignResult result = campaign.run();
  CHECK(closes(result));
  CHECK(told == std::vector(2, SegmentOutcome::given_up));
  REQUIRE(result.trials.size() == 2);
  for (const TrialRecord& trial : result.trials) {
    CHECK(trial.status == TrialStatus::failed);
    CHECK(trial.interruptions == 11);
  }
}

TEST_CASE("a trial that fits nowhere may lose its machines before it has found that out") {
  HandCampaign campaign;
  campaign.workload->start_up = Seconds{200};
  campaign.workload->memory = Bytes{1};
  campaign.scenario.platform.clusters[0].failures = failing(60, 1);
  campaign.train({needs(1, 1)});
  const CampaignResult result = campaign.run();
  CHECK(closes(result));
  CHECK(result.trials[0].status == TrialStatus::failed);
  CHECK(result.trials[0].interruptions > 0);
  CHECK(result.trials[0].resource == 0);
}

TEST_CASE("restarts that get further do not count against a trial") {
  HandCampaign campaign;
  campaign.scenario.platform.clusters[0].failures = failing(60, 1);
  campaign.scenario.platform.clusters[0].failures->max_restarts = 10;
  campaign.scenario.platform.clusters[0].failures->restart = Seconds{1};
  campaign.scenario.checkpoint.every = Seconds{10};
  campaign.train({needs(1, 1000)});
  const CampaignResult result = campaign.run();
  CHECK(closes(result));
  CHECK(result.trials[0].status == TrialStatus::completed);
  CHECK(result.trials[0].interruptions > 50);
}

TEST_CASE("a pause whose checkpoint is lost is trained again when it is resumed") {
  HandCampaign campaign;
  campaign.workload->checkpoint = Bytes{2e12};  // 1000 s to write
  campaign.scenario.platform.clusters[0].failures = failing(1200, 50);
  campaign.scenario.seed = GENERATE(1, 2, 3, 4, 5, 6);
  campaign.strategy->on_ask = [asked = 0]() mutable -> Proposal {
    if (++asked == 1) return StartTrial{TrialId{0}, needs(1, 100, 9), 1, std::nullopt};
    if (asked == 2) return ResumeTrial{TrialId{0}, 2};
    return Finished{};
  };
  campaign.strategy->on_tell = [](const Report& report) -> Verdict {
    if (report.resource < 2) return Pause{};
    return Stop{};
  };
  const CampaignResult result = campaign.run();
  CHECK(closes(result));
  CHECK(result.trials[0].resource == 2);
  CHECK(result.trials[0].loss == 7);
  CHECK(sum_s(campaign.recorder, "train") == Approx(200));
}

namespace {

// A trial whose resumption is asked for while its checkpoint is being written, which takes 1000 s.
CampaignResult resumed_while_it_pauses(FailureSpec failures, std::uint64_t seed) {
  HandCampaign campaign{1, 2};
  campaign.workload->checkpoint = Bytes{2e12};
  campaign.scenario.platform.clusters[0].failures = failures;
  campaign.scenario.seed = seed;
  bool started = false;
  bool paused = false;
  campaign.strategy->on_ask = [&]() -> Proposal {
    if (!std::exchange(started, true)) return StartTrial{TrialId{0}, needs(1, 100, 9), 1, std::nullopt};
    if (std::exchange(paused, false)) return ResumeTrial{TrialId{0}, 2};
    return WaitForReports{};
  };
  campaign.strategy->on_tell = [&](const Report& report) -> Verdict {
    paused = report.outcome == SegmentOutcome::reached && report.resource < 2;
    if (paused) return Pause{};
    campaign.strategy->on_ask = [] { return Finished{}; };
    return Stop{};
  };
  CampaignResult result = campaign.run();
  CHECK(closes(result));
  return result;
}

}  // namespace

TEST_CASE("a trial that is wanted again waits for machines once its checkpoint is lost") {
  const auto seed = static_cast<std::uint64_t>(GENERATE(1, 2, 3, 4, 5, 6));
  const CampaignResult result = resumed_while_it_pauses(failing(1200, 50), seed);
  CHECK(result.trials[0].resource == 2);
  CHECK(result.waited.base() == Approx(50.0 * static_cast<double>(result.interruptions)));
}

TEST_CASE("a trial that is wanted again is given up like any other") {
  const auto seed = static_cast<std::uint64_t>(GENERATE(1, 2, 3, 4, 5, 6));
  FailureSpec failures = failing(400, 50);
  failures.max_restarts = 0;
  const CampaignResult result = resumed_while_it_pauses(failures, seed);
  CHECK(result.trials[0].interruptions == 1);
  CHECK(result.trials[0].status == TrialStatus::failed);
}

// ---- every strategy ----------------------------------------------------------------------------------

namespace {

constexpr Resource max_resource = 9;

class AnyWorkload final : public Workload {
 public:
  std::optional<TrainingCost> cost(const Configuration& configuration, const Device&) const override {
    TrainingCost cost;
    cost.per_unit = Seconds{1 + static_cast<double>(digest(configuration) % 5)};
    cost.training.watts = Watts{300};
    cost.checkpoint = Bytes{1e9};
    return cost;
  }
  double metric(const Configuration& configuration, Resource resource) const override {
    return 1 + static_cast<double>(digest(configuration) % 1000) / 1000 + 1 / resource;
  }
  std::string_view metric_basis() const override { return "counted by hand"; }
};

const StrategyEntry& any_row() { return GENERATE(from_range(strategies().begin(), strategies().end())); }

}  // namespace

TEST_CASE("every strategy on machines that fail: the books close, and trials learn what they would have") {
  const auto& entry = any_row();
  const Resume resume = GENERATE(Resume::from_checkpoint, Resume::from_scratch, Resume::free);
  INFO("strategy " << entry.name << ", resume " << static_cast<int>(resume));
  Scenario scenario;
  scenario.platform = small_platform(5, 1, Watts{40});
  ClusterSpec& cluster = scenario.platform.clusters[0];
  cluster.accelerator.peak["fp32"] = FlopsPerSecond{1};
  cluster.failures = failing(20, 3);
  cluster.failures->spares = 1;
  cluster.failures->replacement.mean = Seconds{1};
  scenario.precision = "fp32";
  scenario.resource.max = max_resource;
  scenario.checkpoint.resume = resume;
  scenario.checkpoint.bandwidth = BytesPerSecond{2e9};
  if (resume == Resume::from_checkpoint) scenario.checkpoint.every = Seconds{4};
  scenario.stop.trials = 23;
  scenario.space = space_from("{x: {float: [0, 1]}, n: {int: [1, 4]}, c: {choice: [a, b]}}");
  auto document = Document::parse("search: " + std::string{entry.example}, std::string{entry.name});
  auto root = document.root();
  auto search = root.section("search");
  search.text("strategy");
  scenario.strategy =
      entry.make(search, {scenario.space, "epoch", 1, max_resource, 23, 1, project_root() / "scenarios"});
  document.finish();
  scenario.workload = std::make_unique<AnyWorkload>();
  auto nothing = Document::parse("policy: fifo\n", "test");
  Reader section = nothing.root();
  scenario.policy = queue_policies().front().make(section);

  RowRecorder recorder;
  FakeCluster machines{scenario.platform};
  const CampaignResult result = run_campaign(scenario, machines, {&recorder}, {});
  CHECK(closes(result));
  CHECK(result.ended_by == "strategy");
  if (entry.name != "replay") CHECK(result.interruptions > 0);  // its list is too short
  for (const TrialRecord& trial : result.trials) {
    CHECK(trial.status != TrialStatus::failed);
    if (trial.loss_shift == 0 && std::isfinite(trial.loss))
      CHECK(trial.loss == scenario.workload->metric(trial.configuration, trial.resource));
  }
  double trained = 0;
  for (const RowSeen& row : recorder.rows)
    if (row.cause == "train") trained += row.to - row.from;
  double expected = 0;
  for (const TrialRecord& trial : result.trials) expected += trial.trained_resource;
  CHECK(trained == Approx(expected));
}
