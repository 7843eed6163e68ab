#include "analysis/comparison/answers.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "analysis/comparison/curves.hpp"

using namespace campaign_sim::comparison;

namespace {

Improvement step(double spent, double metric) { return {{spent, spent, spent, spent, spent}, metric}; }

Replicate replicate(std::size_t variant, std::uint64_t seed, std::vector<Improvement> steps, double total) {
  Replicate made{variant, seed, std::move(steps), {total, total, total, total, total}};
  if (!made.improvements.empty()) made.best = made.improvements.back().metric;
  return made;
}

// Over `count` seeds the fast variant reaches 0.5 at half the price of the slow one.
Replicates fast_and_slow(std::uint64_t count) {
  Replicates all{{"fast", "slow"}, {}, {}, "loss", true, "step", "USD"};
  for (std::uint64_t seed = 1; seed <= count; ++seed) all.seeds.push_back(seed);
  for (std::size_t variant = 0; variant < 2; ++variant)
    for (const std::uint64_t seed : all.seeds) {
      const double price = (variant == 0 ? 10.0 : 20.0) + static_cast<double>(seed) * 0.1;
      all.rows.push_back(replicate(variant, seed, {step(1, 1.0), step(price, 0.5)}, variant == 0 ? 18 : 30));
    }
  return all;
}

std::size_t place(const std::vector<Question>& asked, const std::string& key) {
  return static_cast<std::size_t>(std::ranges::find(asked, key, &Question::key) - asked.begin());
}

}  // namespace

TEST_CASE("equal energy is what the cheapest replicate spent, and later improvements do not count") {
  const auto asked = questions(fast_and_slow(3), std::nullopt);
  const Question& question = asked.at(place(asked, "metric_at_equal_energy"));
  CHECK(question.values[0] == std::vector<double>{0.5, 0.5, 0.5});
  CHECK(question.values[1] == std::vector<double>{1, 1, 1});
  CHECK(place(asked, "energy_to_target") == asked.size());  // no target: not asked
  const Question& area = asked.at(place(asked, "mean_metric_over_energy"));
  CHECK(area.values[0][0] == Approx((1.0 * (10.1 - 1) + 0.5 * (18 - 10.1)) / 17));
}

TEST_CASE("half the energy to the target is said to be 50 % less, with its interval and its test") {
  const auto asked = questions(fast_and_slow(8), 0.5);
  const auto found = answers(asked, 1);
  const Answer& answer = found.at(place(asked, "energy_to_target"));
  CHECK(answer.order == std::vector<std::size_t>{0, 1});
  const PairAnswer& pair = answer.pair(1, 0);
  CHECK(pair.pairs == 8);
  CHECK(pair.difference == Approx(-10));
  CHECK(pair.relative == Approx(10.45 / 20.45 - 1));
  CHECK(pair.of_relative.low <= pair.relative);
  CHECK(pair.of_relative.high >= pair.relative);
  CHECK(pair.p == Approx(2.0 / 256));
  CHECK(pair.p_holm == pair.p);
  CHECK(pair.a12 == 0);
  CHECK(answer.variants[0].mean_rank == 1);
}

TEST_CASE("who never reaches the target is counted, ranks last, and gets no mean") {
  Replicates all = fast_and_slow(8);
  for (Replicate& row : all.rows)
    if (row.variant == 1 && row.seed <= 5) row.improvements.pop_back();
  const auto asked = questions(all, 0.5);
  const Answer answer = answers(asked, 1).at(place(asked, "energy_to_target"));
  CHECK(answer.variants[1].censored == 5);
  CHECK(std::isnan(answer.variants[1].mean));
  CHECK(std::isinf(answer.variants[1].median));
  CHECK(answer.order.front() == 0);
  CHECK(std::isnan(answer.pairs[0].difference));
  CHECK(answer.pairs[0].p == Approx(2.0 / 256));
}

TEST_CASE("a target that nobody reaches leaves no winner by numbers") {
  const auto asked = questions(fast_and_slow(4), 0.1);
  const Answer answer = answers(asked, 1).at(place(asked, "energy_to_target"));
  for (const VariantAnswer& of : answer.variants) {
    CHECK(of.censored == 4);
    CHECK(std::isnan(of.mean));
  }
  CHECK(answer.pairs[0].p == 1);
  CHECK(std::isnan(answer.pairs[0].difference));
}

TEST_CASE("a missing replicate takes its seed out of the pairs, and nothing else") {
  Replicates all = fast_and_slow(8);
  std::erase_if(all.rows, [](const Replicate& row) { return row.variant == 1 && row.seed == 3; });
  const auto asked = questions(all, std::nullopt);
  const Answer answer = answers(asked, 1).at(place(asked, "total_energy"));
  CHECK(answer.variants[0].replicates == 8);
  CHECK(answer.variants[1].replicates == 7);
  CHECK(answer.variants[1].missing == 1);
  CHECK(answer.pairs[0].pairs == 7);
}

TEST_CASE("one seed gives no interval and no test") {
  const auto asked = questions(fast_and_slow(1), std::nullopt);
  for (const Answer& answer : answers(asked, 1)) {
    CHECK(std::isnan(answer.variants[0].of_mean.low));
    CHECK(std::isnan(answer.pairs[0].p));
    CHECK(std::isnan(answer.pairs[0].of_difference.high));
    CHECK(std::isnan(answer.critical_difference));
  }
}

TEST_CASE("a metric that is maximised is compared the other way round") {
  Replicates all = fast_and_slow(6);
  all.lower_is_better = false;
  for (Replicate& row : all.rows)
    for (Improvement& improvement : row.improvements) improvement.metric = 1 - improvement.metric;
  const auto asked = questions(all, 0.5);
  const auto found = answers(asked, 1);
  CHECK(asked[place(asked, "metric_at_equal_energy")].values[0][0] == 0.5);
  CHECK(found[place(asked, "metric_at_equal_energy")].order.front() == 0);
  CHECK(found[place(asked, "energy_to_target")].order.front() == 0);
}

TEST_CASE("a curve begins when every replicate has a result, and never looks ahead") {
  Replicates all = fast_and_slow(4);
  all.rows[0].improvements.front() = step(5, 1.0);  // one of the fast begins late
  const auto found = curves(all, 1);
  const VariantCurve& fast = found.front();
  CHECK(fast.points.front().spent == 1);
  CHECK(fast.points.back().spent == 30);
  for (const CurvePoint& point : fast.points) {
    CHECK(std::isnan(point.mean) == (point.spent < 5));
    if (point.spent >= 5 && point.spent < 10.1) CHECK(point.mean == 1);
    if (point.spent > 10.5) CHECK(point.mean == 0.5);
  }
}

TEST_CASE("nothing measured gives no curve and no invented number") {
  Replicates all{{"a", "b"}, {1, 2}, {}, "loss", true, "step", "USD"};
  for (std::size_t variant = 0; variant < 2; ++variant)
    for (const std::uint64_t seed : all.seeds) all.rows.push_back(replicate(variant, seed, {}, 7));
  const auto asked = questions(all, 0.5);
  const auto found = answers(asked, 1);
  CHECK(found[place(asked, "best_metric")].variants[0].censored == 2);
  CHECK(place(asked, "mean_metric_over_energy") == asked.size());
  for (const VariantCurve& curve : curves(all, 1)) CHECK(curve.points.empty());
  CHECK(std::isnan(trade_offs(all)[0].metric));
}

TEST_CASE("what differs in the thirteenth digit only is alike") {
  Replicates all = fast_and_slow(6);
  for (Replicate& row : all.rows) row.total = {18 * (row.variant == 0 ? 1 : 1 + 1e-15), 18, 18, 18, 18};
  const auto asked = questions(all, std::nullopt);
  const Question& energy = asked.at(place(asked, "total_energy"));
  CHECK(energy.values[0] == energy.values[1]);
  CHECK(answers(asked, 1).at(place(asked, "total_energy")).pair(0, 1).p == 1);
}
