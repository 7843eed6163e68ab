#include "sim/cli/comparison_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "sim/cli/wording.hpp"

namespace campaign_sim {

namespace {

using namespace comparison;

constexpr double too_many_seeds = 1000;

std::string value_in_words(double value, const std::string& unit) {
  if (std::isnan(value)) return "-";
  if (std::isinf(value)) return "never";
  if (unit == "kWh") return energy_in_words(value);
  if (unit == "s") return duration_in_words(value);
  if (unit == "kg CO2e") return mass_in_words(value);
  if (unit.empty()) return fmt::format("{:.5g}", value);
  return fmt::format("{} {}", in_words(value), unit);
}

// "18.4 to 23.9 kWh": the unit once if both have the same.
std::string interval_in_words(const statistics::Interval& interval, const std::string& unit) {
  const std::string low = value_in_words(interval.low, unit);
  const std::string high = value_in_words(interval.high, unit);
  const auto space = low.rfind(' ');
  const bool same = space != std::string::npos && high.ends_with(low.substr(space));
  return fmt::format("{} to {}", same ? low.substr(0, space) : low, high);
}

// "0.2312 (0.229 to 0.233)"; medians have no interval.
std::string answer_in_words(const VariantAnswer& of, const std::string& unit) {
  if (of.censored > 0) {
    const std::string middle =
        std::isinf(of.median) ? "" : "median " + value_in_words(of.median, unit) + ", ";
    return fmt::format("{}{} of {} {}", middle, of.censored, of.replicates,
                       unit.empty() ? "had no result by then" : "never got there");
  }
  std::string text = value_in_words(of.mean, unit);
  if (!std::isnan(of.of_mean.low)) text += fmt::format(" ({})", interval_in_words(of.of_mean, unit));
  return text;
}

double percent(double ratio) { return 100 * std::abs(ratio); }

// How the winner stands to the next: "3.8 % lower (2.1 to 5.2 %)".
std::string lead_in_words(const Question& question, const PairAnswer& pair, bool winner_is_a, bool one_seed) {
  double relative = pair.relative;
  statistics::Interval interval = pair.of_relative;
  if (!winner_is_a && !std::isnan(relative)) {  // the pair is b over a: turn it round
    relative = 1 / (1 + relative) - 1;
    interval = {1 / (1 + interval.high) - 1, 1 / (1 + interval.low) - 1};
  }
  if (std::isnan(relative)) return "";
  const std::string word = question.lower_is_better ? "less" : "more";
  if (one_seed || std::isnan(interval.low)) return fmt::format("{:.2g} % {} than ", percent(relative), word);
  // An interval that holds 0 has a part on the other side.
  const double sign = question.lower_is_better ? -100 : 100;
  // Adding 0 turns -0 into 0, which reads as what it is.
  const double low = std::min(sign * interval.low, sign * interval.high) + 0.0;
  const double high = std::max(sign * interval.low, sign * interval.high);
  return fmt::format("{:.2g} % {} ({:.2g} to {:.2g} %) than ", percent(relative), word, low, high);
}

std::string certainty_in_words(const Answer& answer, const PairAnswer& pair, bool same) {
  if (pair.pairs < 2) return "one seed: no interval, no test; this may be luck";
  if (same) return "no difference";
  if (pair.p_holm < alpha)
    return fmt::format("settled: p = {:.2g} after Holm, {} seeds", pair.p_holm, pair.pairs);
  std::string text = fmt::format("not settled: p = {:.2g} after Holm, {} seeds", pair.p_holm, pair.pairs);
  if (std::isnan(pair.pairs_to_settle) || answer.variants.empty()) return text;
  const double have = static_cast<double>(pair.pairs);
  const double more = std::max(1.0, pair.pairs_to_settle - have);
  if (more > too_many_seeds) return text + "; more than 1,000 more would be needed: call it a draw";
  return text + fmt::format("; about {} more would settle it", in_words(more));
}

bool no_difference(const PairAnswer& pair) {
  return pair.pairs >= 2 && pair.p == 1 && pair.rank_sum == 0;  // every pair is a tie, censored ones included
}

// The best and all that do not differ from it: "random, asha and hyperband".
std::string who_is_alike(const Answer& answer, const std::vector<std::string>& names) {
  std::vector<std::string> alike;
  for (const std::size_t variant : answer.order)
    if (variant == answer.order.front() || no_difference(answer.pair(answer.order.front(), variant)))
      alike.push_back(names[variant]);
  const std::string last = alike.back();
  alike.pop_back();
  return fmt::format("{} and {}", fmt::join(alike, ", "), last);
}

std::string answer_text(const Question& question, const Answer& answer, const Comparison& all) {
  const auto& names = all.replicates.variants;
  const std::size_t winner = answer.order.front();
  const VariantAnswer& best = answer.variants[winner];
  std::string text = fmt::format("  {}\n", question.label);
  const bool nobody = std::ranges::all_of(
      answer.variants, [](const VariantAnswer& of) { return of.replicates == of.censored; });
  if (nobody) return text + "      no variant got there with any seed: nothing can be said\n";
  if (names.size() < 2)
    return text + fmt::format("      {}: {}\n", names[winner], answer_in_words(best, question.unit));

  const std::size_t second = answer.order[1];
  const PairAnswer& pair = answer.pair(winner, second);
  const VariantAnswer& next = answer.variants[second];
  const bool same = no_difference(pair);
  if (same)
    return text + fmt::format("      {} alike: {}\n", who_is_alike(answer, names),
                              answer_in_words(best, question.unit));
  text += fmt::format("      {}: {}\n", names[winner], answer_in_words(best, question.unit));
  const std::string lead = lead_in_words(question, pair, pair.a == winner, pair.pairs < 2);
  text += fmt::format("      {}{} ({})\n", lead.empty() ? "before " : lead, names[second],
                      answer_in_words(next, question.unit));
  return text + fmt::format("      {}\n", certainty_in_words(answer, pair, same));
}

std::string overview(const Comparison& all) {
  const auto& names = all.replicates.variants;
  std::size_t widest = 7;
  for (const std::string& name : names) widest = std::max(widest, name.size());
  const auto find = [&](const char* key) {
    const auto found = std::ranges::find(all.questions, key, &Question::key);
    return static_cast<std::size_t>(found - all.questions.begin());
  };
  const std::array columns = {find("best_metric"), find("total_energy"), find("total_co2e"),
                              find("total_cost"), find("total_time")};
  std::string text =
      fmt::format("  {:<{}}  {:>10}  {:>12}{:>12}{:>12}{:>16}{:>12}\n", "mean of", widest, "replicates",
                  all.replicates.metric.substr(0, 12), "energy", "CO2e", "cost", "time");
  for (std::size_t variant = 0; variant < names.size(); ++variant) {
    const VariantAnswer& first = all.answers[columns[0]].variants[variant];
    text += fmt::format("  {:<{}}  {:>10}  ", names[variant], widest, first.replicates);
    for (std::size_t i = 0; i < columns.size(); ++i)
      text += fmt::format(
          "{:>{}}",
          value_in_words(all.answers[columns[i]].variants[variant].mean, all.questions[columns[i]].unit),
          i == 3 ? 16 : 12);
    text += '\n';
  }
  return text;
}

}  // namespace

std::string comparison_table(const ComparisonPlan& plan, const Comparison& all) {
  const auto& names = all.replicates.variants;
  std::string text =
      fmt::format("\n{}: {} variants, {} seeds ({} to {}), the same draws for all\n\n", plan.name,
                  names.size(), plan.seeds.size(), plan.seeds.front(), plan.seeds.back());
  if (all.replicates.rows.empty()) return text + "  every replicate failed: there is nothing to compare\n";
  text += overview(all);
  text += names.size() < 2 ? "\nFigures, with 95 % intervals\n" : "\nWho wins, by how much, how sure\n";
  static constexpr std::array<std::string_view, 11> shown = {"best_metric",
                                                             "metric_at_equal_energy",
                                                             "metric_at_equal_cost",
                                                             "metric_at_equal_time",
                                                             "energy_to_target",
                                                             "cost_to_target",
                                                             "time_to_target",
                                                             "total_energy",
                                                             "total_co2e",
                                                             "total_cost",
                                                             "total_time"};
  for (const std::string_view key : shown)
    for (const Answer& answer : all.answers)
      if (all.questions[answer.question].key == key)
        text += answer_text(all.questions[answer.question], answer, all);
  if (!plan.target)
    text +=
        "\nNo target is named (--target, or stop.target), so nothing is said about what it takes to reach "
        "one.\n";
  if (plan.seeds.size() < 2)
    text += "\nOne seed only: there are no intervals and no tests. Use --seeds 10 or more.\n";
  else if (plan.seeds.size() < 6)
    text += "\nWith fewer than 6 seeds no signed-rank test can reach p < 0.05, whatever the difference.\n";
  return text;
}

}  // namespace campaign_sim
