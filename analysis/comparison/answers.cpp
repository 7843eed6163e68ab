#include "analysis/comparison/answers.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "analysis/statistics/bootstrap.hpp"
#include "analysis/statistics/multiple_testing.hpp"
#include "analysis/statistics/tests.hpp"
#include "sim/core/expect.hpp"

namespace campaign_sim::comparison {

namespace {

using statistics::Resamples;

constexpr std::size_t resamples_drawn = 5000;

// Resamples of one size are shared by all that is compared.
class ResamplesBySize {
 public:
  explicit ResamplesBySize(std::uint64_t seed) : seed_{seed} {}
  const Resamples& of(std::size_t n) { return made_.try_emplace(n, n, resamples_drawn, seed_).first->second; }

 private:
  std::uint64_t seed_;
  std::map<std::size_t, Resamples> made_;
};

bool all_finite(const std::vector<double>& values) {
  return std::ranges::all_of(values, [](double value) { return std::isfinite(value); });
}

VariantAnswer summarise(const std::vector<double>& of_seeds, ResamplesBySize& resamples) {
  VariantAnswer answer;
  std::vector<double> values;
  for (const double value : of_seeds) {
    if (std::isnan(value)) {
      ++answer.missing;
      continue;
    }
    values.push_back(value);
    answer.censored += std::isinf(value) ? 1 : 0;
  }
  answer.replicates = values.size();
  if (values.empty()) return answer;
  const double middle = statistics::median(values);
  answer.median = std::isnan(middle) ? values.front() : middle;  // between two infinities
  if (answer.censored > 0) return answer;
  answer.mean = statistics::mean(values);
  answer.of_mean = resamples.of(values.size()).of_mean(values, confidence);
  answer.interquartile_mean = statistics::interquartile_mean(values);
  answer.standard_deviation = statistics::standard_deviation(values);
  return answer;
}

PairAnswer compare(const Question& question, std::size_t a, std::size_t b, double alpha_of_one,
                   ResamplesBySize& resamples) {
  PairAnswer answer;
  answer.a = a;
  answer.b = b;
  std::vector<double> of_a;
  std::vector<double> of_b;
  for (std::size_t seed = 0; seed < question.values[a].size(); ++seed) {
    if (std::isnan(question.values[a][seed]) || std::isnan(question.values[b][seed])) continue;
    of_a.push_back(question.values[a][seed]);
    of_b.push_back(question.values[b][seed]);
  }
  answer.pairs = of_a.size();
  if (of_a.empty()) return answer;
  answer.a12 = statistics::a12(of_a, of_b);
  if (answer.pairs >= 2) {
    const statistics::TestResult test = statistics::wilcoxon_signed_rank(of_a, of_b);
    answer.rank_sum = test.statistic;
    answer.p = test.p;
  }
  if (!all_finite(of_a) || !all_finite(of_b)) return answer;
  std::vector<double> difference;
  for (std::size_t i = 0; i < of_a.size(); ++i) difference.push_back(of_a[i] - of_b[i]);
  const Resamples& drawn = resamples.of(answer.pairs);
  answer.difference = statistics::mean(difference);
  answer.of_difference = drawn.of_mean(difference, confidence);
  if (const double base = statistics::mean(of_b); base != 0) {
    answer.relative = statistics::mean(of_a) / base - 1;
    answer.of_relative = drawn.of_relative_difference(of_a, of_b, confidence);
  }
  if (answer.pairs >= 2)
    answer.pairs_to_settle = statistics::pairs_to_settle(
        answer.difference, statistics::standard_deviation(difference), alpha_of_one);
  return answer;
}

void rank(const Question& question, Answer& answer) {
  // Only seeds that every variant has: a block with a hole has no ranks.
  std::vector<std::vector<double>> blocks(question.values.size());
  for (std::size_t seed = 0; seed < question.values.front().size(); ++seed) {
    const bool whole =
        std::ranges::none_of(question.values, [&](const auto& of) { return std::isnan(of[seed]); });
    if (!whole) continue;
    for (std::size_t variant = 0; variant < blocks.size(); ++variant)
      blocks[variant].push_back(question.lower_is_better ? question.values[variant][seed]
                                                         : -question.values[variant][seed]);
  }
  if (blocks.size() < 2 || blocks.front().empty()) return;
  const std::vector<double> ranks = statistics::mean_ranks(blocks);
  for (std::size_t variant = 0; variant < ranks.size(); ++variant)
    answer.variants[variant].mean_rank = ranks[variant];
  if (blocks.front().size() < 2) return;
  const statistics::TestResult test = statistics::friedman(blocks);
  answer.friedman_statistic = test.statistic;
  answer.friedman_p = test.p;
  answer.critical_difference = statistics::nemenyi_critical_difference(
      static_cast<int>(blocks.size()), static_cast<int>(blocks.front().size()), alpha);
}

void put_in_order(const Question& question, Answer& answer) {
  const bool any_censored =
      std::ranges::any_of(answer.variants, [](const VariantAnswer& of) { return of.censored > 0; });
  const auto worth = [&](std::size_t variant) {
    const VariantAnswer& of = answer.variants[variant];
    if (of.replicates == 0) return std::numeric_limits<double>::infinity();
    const double middle = any_censored ? of.median : of.mean;
    return question.lower_is_better ? middle : -middle;
  };
  answer.order.resize(answer.variants.size());
  std::iota(answer.order.begin(), answer.order.end(), std::size_t{0});
  std::ranges::stable_sort(answer.order, [&](std::size_t one, std::size_t other) {
    if (worth(one) != worth(other)) return worth(one) < worth(other);
    return answer.variants[one].censored < answer.variants[other].censored;
  });
}

}  // namespace

const PairAnswer& Answer::pair(std::size_t one, std::size_t other) const {
  const auto found = std::ranges::find_if(pairs, [&](const PairAnswer& pair) {
    return pair.a == std::min(one, other) && pair.b == std::max(one, other);
  });
  CS_EXPECT(found != pairs.end());
  return *found;
}

std::vector<Answer> answers(const std::vector<Question>& questions, std::uint64_t seed) {
  ResamplesBySize resamples{seed};
  std::vector<Answer> all;
  for (const Question& question : questions) {
    const std::size_t variants = question.values.size();
    Answer answer;
    answer.question = all.size();
    for (const auto& of_variant : question.values)
      answer.variants.push_back(summarise(of_variant, resamples));
    const double tests = static_cast<double>(variants * (variants - 1)) / 2;
    std::vector<double> p;
    for (std::size_t a = 0; a < variants; ++a)
      for (std::size_t b = a + 1; b < variants; ++b) {
        answer.pairs.push_back(compare(question, a, b, alpha / tests, resamples));
        if (!std::isnan(answer.pairs.back().p)) p.push_back(answer.pairs.back().p);
      }
    auto adjusted = statistics::holm(p);
    auto next = adjusted.begin();
    for (PairAnswer& pair : answer.pairs)
      if (!std::isnan(pair.p)) pair.p_holm = *next++;
    rank(question, answer);
    put_in_order(question, answer);
    all.push_back(std::move(answer));
  }
  return all;
}

}  // namespace campaign_sim::comparison
