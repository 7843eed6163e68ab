#include "sim/search/rungs/stopping_rungs.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/support/shared_data.hpp"
#include "tests/unit/search/rungs/in_step.hpp"

using namespace campaign_sim;

namespace {

const std::vector<std::pair<std::string, StoppingRule>> rules = {
    {"syne_tune_0.13", StoppingRule::syne_tune_0_13},
    {"syne_tune_0.15", StoppingRule::syne_tune_0_15},
    {"ray", StoppingRule::ray},
    {"optuna_sha", StoppingRule::optuna}};

}  // namespace

TEST_CASE("stopping ASHA decides at every report what each tool decides") {
  const auto table = testing::oracle("asha_stopping");
  if (!table) return;
  for (const auto& c : (*table)["cases"]) {
    CHECK(c["expected"].size() == rules.size());
    for (const auto& [tool, rule] : rules) {
      INFO(tool << ", R = " << c["R"] << ", eta = " << c["eta"]);
      StoppingRungs rungs{rule, c["grace"], c["R"], c["eta"]};
      const auto events = testing::run_in_step(
          c,
          [&](std::size_t, std::size_t resource, double loss) {
            const auto at = std::ranges::find(rungs.levels(), static_cast<double>(resource));
            if (at == rungs.levels().end()) return false;
            return rungs.report(static_cast<std::size_t>(at - rungs.levels().begin()), loss) ==
                   RungDecision::stop;
          },
          [](std::size_t) {});
      CHECK(events == c["expected"][tool]["events"].get<std::vector<testing::StoppingEvent>>());
    }
  }
}

TEST_CASE("a trial that diverged stops at its rung and ranks last for the others") {
  for (const auto& [tool, rule] : rules) {
    INFO(tool);
    StoppingRungs rungs{rule, 1, 9, 3};
    CHECK(rungs.report(0, std::numeric_limits<double>::quiet_NaN()) == RungDecision::stop);
    CHECK(rungs.report(0, std::numeric_limits<double>::infinity()) == RungDecision::stop);
    CHECK(rungs.report(0, 0.5) == RungDecision::go_on);
  }
}

TEST_CASE("equal losses stop nobody, whatever the rule") {
  // Syne Tune: at most the quantile, or nobody strictly better; Ray: not worse than the others' quantile;
  // Optuna: at most the loss at place floor(n / eta).
  for (const auto& [tool, rule] : rules) {
    INFO(tool);
    StoppingRungs rungs{rule, 1, 9, 3};
    for (int i = 0; i < 7; ++i) CHECK(rungs.report(0, 0.5) == RungDecision::go_on);
  }
}

TEST_CASE("a loss that ties with the border goes on") {
  // Of 0.1, 0.2 and 0.2 again, eta = 3. Syne Tune 0.13: the third part lies at 0.1 + 2/3 0.1, so 0.2 stops;
  // 0.15: one of three is better, which is no more than a third; Ray: the third part of the two before lies
  // at 0.1 + 1/3 0.1; Optuna: the best one of three goes on.
  const std::vector<RungDecision> decided = {RungDecision::stop, RungDecision::go_on, RungDecision::stop,
                                             RungDecision::stop};
  for (std::size_t i = 0; i < rules.size(); ++i) {
    INFO(rules[i].first);
    StoppingRungs rungs{rules[i].second, 1, 9, 3};
    rungs.report(0, 0.1);
    rungs.report(0, 0.2);
    CHECK(rungs.report(0, 0.2) == decided[i]);
  }
}
