#include "sim/search/rungs/promotion_rungs.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <queue>

#include "tests/support/shared_data.hpp"

using namespace campaign_sim;

namespace {

using Job = std::tuple<std::size_t, std::size_t, double, double, double, double>;

struct Running {
  double end;
  std::size_t order;
  std::size_t worker;
  std::size_t trial;
  std::size_t rung;
  double start;
  bool operator>(const Running& other) const {
    return std::tie(end, order) > std::tie(other.end, other.order);
  }
};

// The schedule of the golden table: its workers, its clock, our rungs. It drives the rungs themselves, as
// NePS may promote a trial that still trains, which no campaign can do.
std::vector<Job> schedule(const nlohmann::json& c, PromotionRule rule) {
  const auto losses = c["loss_at_rungs"].get<std::vector<std::vector<double>>>();
  const auto seconds = c["unit_seconds"].get<std::vector<double>>();
  PromotionRungs rungs{rule, promotion_levels(rule, c["grace"], c["R"], c["eta"]), c["eta"]};
  REQUIRE(rungs.levels() == c["rungs"].get<std::vector<double>>());
  std::priority_queue<Running, std::vector<Running>, std::greater<>> running;
  std::set<std::size_t> idle;
  for (std::size_t worker = 0; worker < c["workers"].get<std::size_t>(); ++worker) idle.insert(worker);
  std::vector<Job> jobs;
  std::size_t next = 0;
  std::size_t order = 0;
  double now = 0;
  for (;;) {
    while (!idle.empty()) {
      std::size_t trial = next;
      std::size_t rung = 0;
      if (const auto promotion = rungs.promote()) {
        trial = index(promotion->trial);
        rung = promotion->rung;
      } else if (next < seconds.size()) {
        rungs.enter(TrialId{static_cast<std::uint32_t>(next++)}, 0);
      } else {
        break;
      }
      const double from = rung > 0 && c["resume"].get<bool>() ? rungs.levels()[rung - 1] : 0;
      const double end = now + (rungs.levels()[rung] - from) * seconds[trial];
      running.push({end, order++, *idle.begin(), trial, rung, now});
      idle.erase(idle.begin());
    }
    if (running.empty()) return jobs;
    const Running done = running.top();
    running.pop();
    now = done.end;
    const double from = done.rung > 0 ? rungs.levels()[done.rung - 1] : 0;
    jobs.emplace_back(done.worker, done.trial, from, rungs.levels()[done.rung], done.start, done.end);
    rungs.record(TrialId{static_cast<std::uint32_t>(done.trial)}, done.rung, losses[done.trial][done.rung]);
    idle.insert(done.worker);
  }
}

}  // namespace

TEST_CASE("promotion ASHA runs the jobs of the paper, Syne Tune and NePS") {
  const auto table = testing::oracle("asha_promotion_schedule");
  if (!table) return;
  const std::map<std::string, PromotionRule> rules = {{"paper", PromotionRule::paper},
                                                      {"syne_tune_0.13", PromotionRule::syne_tune},
                                                      {"neps", PromotionRule::neps}};
  for (const auto& c : (*table)["cases"]) {
    for (const auto& [tool, expected] : c["expected"].items()) {
      INFO(tool << ", R = " << c["R"] << ", eta = " << c["eta"] << ", workers = " << c["workers"]);
      CHECK(schedule(c, rules.at(tool)) == expected["jobs"].get<std::vector<Job>>());
    }
  }
}

TEST_CASE("rungs lie where each rule puts them when R is no power of eta") {
  CHECK(promotion_levels(PromotionRule::paper, 1, 10, 3) == std::vector<Resource>{1, 3, 9});
  CHECK(promotion_levels(PromotionRule::syne_tune, 1, 10, 3) == std::vector<Resource>{1, 3, 9, 10});
  CHECK(promotion_levels(PromotionRule::neps, 1, 100, 3) == std::vector<Resource>{1, 3, 11, 33, 100});
}

TEST_CASE("a trial that diverged counts at its rung and is never promoted") {
  for (const auto rule : {PromotionRule::paper, PromotionRule::syne_tune, PromotionRule::neps}) {
    PromotionRungs rungs{rule, {1, 3, 9}, 3};
    for (std::uint32_t trial = 0; trial < 4; ++trial) {
      rungs.enter(TrialId{trial}, 0);
      rungs.record(TrialId{trial}, 0, trial == 2 ? 0.5 : std::numeric_limits<double>::quiet_NaN());
    }
    const auto first = rungs.promote();
    REQUIRE(first);
    CHECK(first->trial == TrialId{2});
    CHECK(first->rung == 1);
    CHECK_FALSE(rungs.promote());
  }
}

TEST_CASE("of equal losses whoever came first is promoted, as many as the rule has places for") {
  const auto promoted = [](PromotionRule rule) {
    PromotionRungs rungs{rule, {1, 3, 9}, 3};
    for (const std::uint32_t trial : {4u, 2u, 0u, 1u, 3u, 5u, 6u}) {
      rungs.enter(TrialId{trial}, 0);
      rungs.record(TrialId{trial}, 0, 0.5);
    }
    std::vector<std::uint32_t> order;
    while (const auto next = rungs.promote(1)) order.push_back(index(next->trial));
    return order;
  };
  CHECK(promoted(PromotionRule::paper) == std::vector<std::uint32_t>{4, 2});  // floor(7 / 3)
  // No loss is above the quantile of equal ones.
  CHECK(promoted(PromotionRule::syne_tune) == std::vector<std::uint32_t>{4, 2, 0, 1, 3, 5, 6});
  // While three that are not promoted are left.
  CHECK(promoted(PromotionRule::neps) == std::vector<std::uint32_t>{4, 2, 0, 1, 3});
}
