// Every strategy under every stop rule: the campaign ends by that rule, soon after its limit, and the books
// close. On a cluster without SimGrid; the strategies are those of the registry, with their smallest
// sections.
#include <catch2/catch.hpp>
#include <cmath>
#include <set>

#include "sim/config/reader.hpp"
#include "sim/scenario/feasibility.hpp"
#include "sim/search/registry.hpp"
#include "tests/support/hand_campaign.hpp"
#include "tests/support/project_root.hpp"
#include "tests/support/read_sampler.hpp"

using namespace campaign_sim;
using namespace campaign_sim::testing;

namespace {

constexpr Resource max_resource = 9;
constexpr std::uint32_t nodes = 4;

// A unit takes 1 to 5 s at 300 W; the loss falls slowly towards a limit of the configuration's own.
class AnyWorkload final : public Workload {
 public:
  std::optional<TrainingCost> cost(const Configuration& configuration, const Device&) const override {
    TrainingCost cost;
    cost.per_unit = Seconds{1 + static_cast<double>(digest(configuration) % 5)};
    cost.training.watts = Watts{300};
    return cost;
  }
  double metric(const Configuration& configuration, Resource resource) const override {
    return 1 + static_cast<double>(digest(configuration) % 1000) / 1000 + 1 / resource;
  }
  std::string_view metric_basis() const override { return "counted by hand"; }
};

struct AnyCampaign {
  Scenario scenario;
  RowRecorder recorder;

  AnyCampaign(const StrategyEntry& entry, const StopRules& stop) {
    scenario.platform = small_platform(nodes, 1, Watts{0});
    auto& cluster = scenario.platform.clusters[0];
    cluster.accelerator.peak["fp32"] = FlopsPerSecond{1};
    cluster.accelerator_price = MoneyPerSecond{0.001};
    cluster.site.intensity = KilogramsPerJoule{1e-6};
    scenario.precision = "fp32";
    scenario.resource.max = max_resource;
    scenario.checkpoint.resume = Resume::free;
    scenario.stop = stop;
    scenario.space = space_from("{x: {float: [0, 1]}, n: {int: [1, 4]}, c: {choice: [a, b]}}");
    auto document = Document::parse("search: " + std::string{entry.example}, std::string{entry.name});
    auto root = document.root();
    auto search = root.section("search");
    search.text("strategy");
    scenario.strategy = entry.make(
        search, {scenario.space, "epoch", 1, max_resource, stop.trials, 1, project_root() / "scenarios",
                 "loss", false, ends_without_counting_trials(scenario)});
    document.finish();
    scenario.workload = std::make_unique<AnyWorkload>();
    auto nothing = Document::parse("policy: fifo\n", "test");
    Reader section = nothing.root();
    scenario.policy = queue_policies().front().make(section);
  }

  CampaignResult run() {
    FakeCluster cluster{scenario.platform};
    return run_campaign(scenario, cluster, {&recorder}, {});
  }
};

// A list or a grid may be used up before a budget is spent. A population may have trained to the end, though
// nothing makes it: an heir may begin below who it replaces.
bool may_end_first(const StrategyEntry& entry) {
  return entry.name == "grid" || entry.name == "replay" || entry.name == "pbt";
}

struct Budget {
  const char* name;
  void (*set)(StopRules&);
  double (*spent)(const CampaignResult&);
  double limit;
  double most_over;  // what four running trials can add until their next reports: 9 units of 5 s each
};

double seconds(const CampaignResult& result) { return result.makespan.base(); }
double joules(const CampaignResult& result) { return result.energy.base(); }
double trained(const CampaignResult& result) {
  double sum = 0;
  for (const TrialRecord& trial : result.trials) sum += trial.resource;
  return sum;
}

constexpr double longest = 9 * 5;
constexpr double limit_s = 150;
constexpr double limit_j = 1e5;
constexpr double limit_units = 100;
const Budget budgets[] = {
    {"time", [](StopRules& s) { s.time = Seconds{limit_s}; }, seconds, limit_s, longest},
    {"energy", [](StopRules& s) { s.energy = Joules{limit_j}; }, joules, limit_j, nodes * 300 * longest},
    {"co2e", [](StopRules& s) { s.co2e = Kilograms{limit_j * 1e-6}; }, joules, limit_j,
     nodes * 300 * longest},
    {"cost", [](StopRules& s) { s.cost = Money{limit_s * nodes * 0.001}; }, seconds, limit_s, longest},
    {"resource", [](StopRules& s) { s.resource = limit_units; }, trained, limit_units, nodes* max_resource},
};

const StrategyEntry& any_row() { return GENERATE(from_range(strategies().begin(), strategies().end())); }

}  // namespace

TEST_CASE("every strategy starts exactly the trials that were asked for") {
  const auto& entry = any_row();
  const auto trials = GENERATE(std::uint32_t{1}, std::uint32_t{2}, std::uint32_t{23});
  INFO("strategy " << entry.name << ", trials " << trials);
  StopRules stop;
  stop.trials = trials;
  const CampaignResult result = AnyCampaign{entry, stop}.run();
  CHECK(result.ended_by == "strategy");
  const std::size_t listed = entry.name == "replay" ? 2 : entry.name == "grid" ? 3 * 4 * 2 : trials;
  CHECK(result.trials.size() <= trials);
  // A population that has trained to the end has no more heirs.
  if (entry.name != "pbt") CHECK(result.trials.size() == std::min<std::size_t>(trials, listed));
}

TEST_CASE("every strategy ends by every budget, and overruns it by what runs at most") {
  const auto& entry = any_row();
  for (const Budget& budget : budgets) {
    INFO("strategy " << entry.name << ", budget " << budget.name);
    StopRules stop;
    budget.set(stop);
    const CampaignResult result = AnyCampaign{entry, stop}.run();
    if (result.ended_by == "strategy" && may_end_first(entry)) {
      CHECK(budget.spent(result) < budget.limit + budget.most_over);
      continue;
    }
    CHECK(result.ended_by == budget.name);
    CHECK(budget.spent(result) >= budget.limit);
    CHECK(budget.spent(result) <= budget.limit + budget.most_over);
    CHECK(result.closure.energy_error < 1e-9);
  }
}

TEST_CASE("every strategy ends at a target and when nothing improves") {
  const auto& entry = any_row();
  INFO("strategy " << entry.name);
  StopRules reached;
  reached.target = 2;
  const CampaignResult good = AnyCampaign{entry, reached}.run();
  REQUIRE(!good.incumbents.empty());
  // A target may never be met, so with nothing else brackets run one round.
  if (!((may_end_first(entry) || entry.ends_by_itself) && good.ended_by == "strategy")) {
    CHECK(good.ended_by == "target");
    CHECK(good.incumbents.back().loss <= 2);
  }

  StopRules patience;
  patience.no_improvement = 5;
  const CampaignResult tired = AnyCampaign{entry, patience}.run();
  if (!(may_end_first(entry) && tired.ended_by == "strategy")) CHECK(tired.ended_by == "no_improvement");
}
