#include "analysis/statistics/tests.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "analysis/statistics/summaries.hpp"
#include "tests/support/shared_data.hpp"
#include "tests/unit/analysis/statistics/support.hpp"

using namespace campaign_sim;
using namespace campaign_sim::statistics;
using testing::check_close;

namespace {

constexpr double exactly = 1e-9;
constexpr double p_value = 1e-6;

void check_test(const TestResult& actual, const nlohmann::json& expected, const char* statistic) {
  check_close(actual.statistic, expected.at(statistic), exactly);
  check_close(actual.p, expected.at("p"), p_value);
}

}  // namespace

TEST_CASE("tests and summaries of replicates are those of the golden table") {
  const auto table = testing::oracle("compare_statistics");
  if (!table) return;
  std::size_t cases = 0;
  for (const auto& given : table->at("cases")) {
    INFO("case " << cases++);
    const auto a = testing::numbers_of(given.at("a"));
    const auto b = testing::numbers_of(given.at("b"));
    const auto c = testing::numbers_of(given.at("c"));
    const auto& expected = given.at("expected");
    const std::vector<std::vector<double>> all = {a, b, c};

    const std::vector<std::pair<std::string, Alternative>> alternatives = {
        {"two-sided", Alternative::two_sided},
        {"less", Alternative::less},
        {"greater", Alternative::greater}};
    std::size_t keys = 0;
    for (const auto& [name, alternative] : alternatives) {
      INFO(name);
      check_test(wilcoxon_signed_rank(a, b, alternative), expected.at("wilcoxon_" + name), "stat");
      check_test(mann_whitney(a, c, Distribution::normal, alternative),
                 expected.at("mannwhitney_asym_" + name), "U");
      keys += 2;
      if (!expected.contains("mannwhitney_exact_" + name)) continue;
      check_test(mann_whitney(a, c, Distribution::exact, alternative),
                 expected.at("mannwhitney_exact_" + name), "U");
      ++keys;
    }
    check_test(paired_t(a, b), expected.at("ttest_rel"), "t");
    check_test(welch_t(a, c), expected.at("welch"), "t");
    check_test(friedman(all), expected.at("friedman"), "chi2");
    check_test(kruskal_wallis(all), expected.at("kruskal"), "H");
    check_test(spearman(a, b), expected.at("spearman"), "rho");
    check_close(kendall_tau_b(a, b), expected.at("kendall_tau_b"), exactly);
    check_close(a12(a, c), expected.at("A12_a_vs_c"), exactly);
    check_close(cliffs_delta(a, c), expected.at("cliffs_delta"), exactly);
    check_close(mean(a), expected.at("mean_a"), exactly);
    check_close(standard_deviation(a), expected.at("sd_a"), exactly);
    check_close(standard_error(a), expected.at("sem_a"), exactly);
    check_close(interquartile_mean(a), expected.at("iqm_a"), exactly);
    const Interval interval = t_interval(a, 0.95);
    check_close(interval.low, expected.at("ci95_t_a").at(0), exactly);
    check_close(interval.high, expected.at("ci95_t_a").at(1), exactly);
    const std::vector<double> probabilities = {0.05, 0.25, 0.5, 0.75, 0.95};
    for (std::size_t i = 0; i < probabilities.size(); ++i)
      check_close(quantile(a, probabilities[i]), expected.at("quantiles_a").at(i), exactly);
    const std::vector<double> ranks = mean_ranks(all);
    for (std::size_t i = 0; i < ranks.size(); ++i)
      check_close(ranks[i], expected.at("mean_ranks").at(i), exactly);
    keys += 15;
    CHECK(expected.size() == keys);  // nothing that the table holds is left out
  }
  CHECK(cases == table->at("n_cases"));
}

TEST_CASE("samples that do not differ give no evidence, and none of it is nan") {
  const std::vector<double> same = {1, 2, 3, 4};
  CHECK(wilcoxon_signed_rank(same, same).p == 1);
  const std::vector<std::vector<double>> three = {same, same, same};
  CHECK(friedman(three).p == 1);
  const std::vector<std::vector<double>> constant = {{1, 1}, {1, 1}};
  CHECK(kruskal_wallis(constant).p == 1);
  CHECK(a12(same, same) == 0.5);
}

TEST_CASE("a run that never got there ranks behind every one that did") {
  const double never = INFINITY;
  const std::vector<double> a = {1, 2, 3, 4, 5, 6};
  const std::vector<double> b = {9, never, 9.5, never, 9.2, never};
  CHECK(wilcoxon_signed_rank(a, b).p == Approx(2.0 / 64));
  const std::vector<double> both = {never, never};
  CHECK(wilcoxon_signed_rank(both, both).p == 1);
}

TEST_CASE("one replicate has a mean and no interval") {
  const std::vector<double> one = {3.5};
  CHECK(mean(one) == 3.5);
  CHECK(interquartile_mean(one) == 3.5);
  CHECK(median(one) == 3.5);
  CHECK(std::isnan(t_interval(one, 0.95).low));
  CHECK(std::isnan(standard_error(one)));
}
