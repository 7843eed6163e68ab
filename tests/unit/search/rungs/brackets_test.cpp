#include "sim/search/rungs/brackets.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "sim/search/rungs/promotion_rungs.hpp"
#include "sim/search/rungs/stopping_rungs.hpp"
#include "sim/search/rungs/tool_brackets.hpp"
#include "tests/support/shared_data.hpp"

using namespace campaign_sim;

namespace {

using Pairs = std::vector<std::pair<std::int64_t, double>>;

BracketProblem problem_of(const nlohmann::json& c) { return {c["R"], c["r_min"], c["eta"]}; }

}  // namespace

TEST_CASE("bracket tables equal those of the paper and of every tool") {
  const auto table = testing::oracle("hyperband_brackets");
  if (!table) return;
  int compared = 0;
  for (const auto& c : (*table)["cases"]) {
    const BracketProblem problem = problem_of(c);
    for (const auto& [tool, expected] : c["expected"].items()) {
      INFO(tool << ", R = " << problem.max_resource << ", r = " << problem.min_resource
                << ", eta = " << problem.eta);
      if (tool == "optuna_allocation") {
        const auto brackets = optuna_brackets(problem);
        REQUIRE(brackets.size() == expected["n_brackets"].get<std::size_t>());
        for (std::size_t i = 0; i < brackets.size(); ++i) {
          CHECK(brackets[i].allocation == expected["allocation"][i].get<std::int64_t>());
          CHECK(brackets[i].first_rung == expected["first_rung"][i].get<double>());
        }
        ++compared;
        continue;
      }
      const auto rule = find_bracket_rule(tool == "syne_tune_sync" ? "syne_tune" : tool);
      REQUIRE(rule);
      REQUIRE_FALSE(bracket_obstacle(*rule, problem));
      const BracketTable actual = bracket_table(*rule, problem);
      auto brackets = expected["brackets"].get<std::vector<Pairs>>();
      REQUIRE(actual.brackets.size() == brackets.size());
      for (std::size_t i = 0; i < brackets.size(); ++i) {
        REQUIRE(actual.brackets[i].rungs.size() == brackets[i].size());
        for (std::size_t j = 0; j < brackets[i].size(); ++j) {
          CHECK(actual.brackets[i].rungs[j].configurations == brackets[i][j].first);
          CHECK(actual.brackets[i].rungs[j].resource == Approx(brackets[i][j].second).epsilon(1e-15));
        }
      }
      CHECK(actual.configurations() == expected["n_new_configs"].get<std::int64_t>());
      CHECK(actual.evaluations() == expected["evaluations"].get<std::int64_t>());
      CHECK(actual.resource_restart() == Approx(expected["resource_restart"].get<double>()).epsilon(1e-14));
      CHECK(actual.resource_resume() == Approx(expected["resource_resume"].get<double>()).epsilon(1e-14));
      ++compared;
    }
  }
  CHECK(compared >= 12 * 8);
}

TEST_CASE("the paper's table is exact where logarithms are not") {
  const auto paper = [](double r_max, std::int64_t eta) {
    return bracket_table(BracketRule::paper, {r_max, 1, eta});
  };
  // floor(log(243) / log(3)) is 4 in floating point.
  REQUIRE(paper(243, 3).brackets.size() == 6);
  CHECK(paper(243, 3).brackets[0].rungs ==
        std::vector<Rung>{{243, 1}, {81, 3}, {27, 9}, {9, 27}, {3, 81}, {1, 243}});
  CHECK(paper(729, 3).brackets.size() == 7);
  CHECK(paper(729, 3).brackets[0].rungs[0] == Rung{729, 1});
  CHECK(paper(1000, 10).brackets.size() == 4);
  CHECK(paper(1000, 10).brackets[1].rungs == std::vector<Rung>{{134, 10}, {13, 100}, {1, 1000}});
  // One below the power: one bracket less, and the resource becomes a fraction.
  CHECK(paper(242, 3).brackets.size() == 5);
  CHECK(paper(242, 3).brackets[0].rungs[0].resource == Approx(242.0 / 81));
  // One resource only: plain random search.
  CHECK(bracket_table(BracketRule::paper, {5, 5, 3}).brackets.at(0).rungs == std::vector<Rung>{{1, 5}});
}

TEST_CASE("fractions of a resource lose no rung and gain none to floating point") {
  // 0.1 · 3 · 3 is more than 0.9 in floating point, and 0.7 · 3 is less than 2.1.
  for (const std::int64_t eta : {2, 3, 4, 10}) {
    for (int tenths = 1; tenths <= 30; ++tenths) {
      for (int s = 0; s <= 7; ++s) {
        const double smallest = tenths / 10.0;
        const double largest = static_cast<double>(tenths * whole_power(eta, s)) / 10;
        CAPTURE(eta, tenths, s);
        const auto rungs = static_cast<std::size_t>(s) + 1;
        CHECK(bracket_table(BracketRule::paper, {largest, smallest, eta}).brackets.size() == rungs);
        const auto levels = promotion_levels(PromotionRule::paper, smallest, largest, eta);
        CHECK(levels.size() == rungs);
        CHECK(levels.back() == largest);
        CHECK(StoppingRungs(StoppingRule::syne_tune_0_13, smallest, largest, eta).levels().size() ==
              rungs - 1);
      }
    }
  }
}

TEST_CASE("resources that are no power apart leave a first rung of at least the smallest") {
  for (const double largest : {10.0, 100.0, 242.0, 244.0, 1000.0, 12.5}) {
    for (const double smallest : {1.0, 1.5, 2.0, 3.0}) {
      for (const std::int64_t eta : {2, 3, 4, 5}) {
        CAPTURE(largest, smallest, eta);
        const auto table = bracket_table(BracketRule::paper, {largest, smallest, eta});
        const Rung& first = table.brackets.front().rungs.front();
        CHECK(first.resource >= smallest);
        CHECK(first.resource / static_cast<double>(eta) < smallest);
        for (const Bracket& bracket : table.brackets) {
          CHECK(bracket.rungs.back().resource == largest);
          CHECK(bracket.rungs.back().configurations >= 1);
        }
      }
    }
  }
}

TEST_CASE("Optuna loses a bracket at R = 243") { CHECK(optuna_brackets({243, 1, 3}).size() == 5); }

TEST_CASE("impossible brackets are named as such") {
  CHECK(bracket_obstacle(BracketRule::paper, {81, 1, 1}).value().message.find("eta") == 0);
  CHECK(bracket_obstacle(BracketRule::paper, {1, 2, 3}).value().message.find("not even one rung") !=
        std::string_view::npos);
  CHECK(bracket_obstacle(BracketRule::paper, {1, 0, 3}));
  CHECK(bracket_obstacle(BracketRule::paper, {1e15, 1, 3}));
  CHECK(bracket_obstacle(BracketRule::ray, {81, 3, 3}));
  CHECK(bracket_obstacle(BracketRule::nni, {81, 3, 3}));
  CHECK(bracket_obstacle(BracketRule::dehb, {3, 3, 3}));
  CHECK_FALSE(bracket_obstacle(BracketRule::paper, {3, 3, 3}));
}

TEST_CASE("a bracket that starts with fewer configurations promotes the eta-th part of them") {
  const Bracket whole = halving_bracket({81, 1, 3}, 81, 4);
  CHECK(whole.cut_to(100, 3).rungs == whole.rungs);
  CHECK(whole.cut_to(10, 3).rungs == std::vector<Rung>{{10, 1}, {3, 3}, {1, 9}});
  CHECK(whole.cut_to(0, 3).rungs.empty());
}
