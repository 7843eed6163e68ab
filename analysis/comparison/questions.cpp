#include "analysis/comparison/questions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <limits>

#include "analysis/anytime.hpp"

namespace campaign_sim::comparison {

namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();
constexpr double infinite = std::numeric_limits<double>::infinity();

using Measure = std::function<double(const Replicate&)>;  // NaN: censored

// To twelve digits: that two variants add up the same joules in another order is no difference between them.
double comparable(double value) {
  return std::isfinite(value) ? std::strtod(fmt::format("{:.12g}", value).c_str(), nullptr) : value;
}

Question ask(const Replicates& replicates, std::string key, std::string label, std::string unit,
             bool lower_is_better, const Measure& measure) {
  Question question{std::move(key), std::move(label), std::move(unit), lower_is_better, {}};
  for (std::size_t variant = 0; variant < replicates.variants.size(); ++variant) {
    std::vector<double> of_variant;
    for (const std::uint64_t seed : replicates.seeds) {
      const Replicate* replicate = replicates.find(variant, seed);
      const double value = replicate ? measure(*replicate) : missing;
      of_variant.push_back(replicate && std::isnan(value) ? question.worst() : comparable(value));
    }
    question.values.push_back(std::move(of_variant));
  }
  return question;
}

std::size_t at(Axis axis) { return static_cast<std::size_t>(axis); }

// The best metric when that much is spent; an improvement counts from the moment it is complete.
double metric_at(const Replicate& replicate, Axis axis, double budget) {
  double best = missing;
  for (const Improvement& step : replicate.improvements)
    if (step.spent[at(axis)] <= budget) best = step.metric;
  return best;
}

double spent_until(const Replicates& replicates, const Replicate& replicate, Axis axis, double target) {
  for (const Improvement& step : replicate.improvements)
    if (replicates.loss(step.metric) <= replicates.loss(target)) return step.spent[at(axis)];
  return missing;
}

std::string when_spent(Axis axis, double budget, const Replicates& replicates) {
  if (axis == Axis::time) return fmt::format("after {:.4g} h", budget / 3600);
  if (axis == Axis::resource) return fmt::format("at {:.10g} {}s", budget, unit(axis, replicates));
  return fmt::format("at {:.4g} {}", budget, unit(axis, replicates));
}

std::string_view in_words(Axis axis) {
  if (axis == Axis::co2e) return "CO2e";
  return axis == Axis::resource ? "training" : name(axis);
}

// The mean of the best-so-far curve over energy from `low` to `high`.
double mean_metric(const Replicates& replicates, const Replicate& replicate, double low, double high) {
  std::vector<Completion> curve;
  for (const Improvement& step : replicate.improvements)
    curve.push_back({step.spent[at(Axis::energy)], replicates.loss(step.metric)});
  return replicates.loss(area_under_best(curve, low, high) / (high - low));
}

// The energy at which the last replicate has its first result.
double all_have_begun(const Replicates& replicates) {
  double latest = 0;
  for (const Replicate& replicate : replicates.rows)
    latest = std::max(latest, replicate.improvements.empty()
                                  ? infinite
                                  : replicate.improvements.front().spent[at(Axis::energy)]);
  return latest;
}

}  // namespace

double Question::worst() const { return lower_is_better ? infinite : -infinite; }

double equal_budget(const Replicates& replicates, Axis axis) {
  double least = missing;
  for (const Replicate& replicate : replicates.rows)
    least = std::isnan(least) ? replicate.total[at(axis)] : std::min(least, replicate.total[at(axis)]);
  return least;
}

std::vector<Question> questions(const Replicates& replicates, std::optional<double> target) {
  std::vector<Question> all;
  const std::string& metric = replicates.metric;
  const bool lower = replicates.lower_is_better;
  all.push_back(ask(replicates, "best_metric", metric + " at the end", "", lower,
                    [](const Replicate& replicate) { return replicate.best; }));
  for (const Axis axis : axes) {
    const double budget = equal_budget(replicates, axis);
    all.push_back(ask(replicates, fmt::format("metric_at_equal_{}", name(axis)),
                      fmt::format("{} {}", metric, when_spent(axis, budget, replicates)), "", lower,
                      [&](const Replicate& replicate) { return metric_at(replicate, axis, budget); }));
  }
  if (target)
    for (const Axis axis : axes)
      all.push_back(ask(
          replicates, fmt::format("{}_to_target", name(axis)),
          fmt::format("{} until {} {:.6g}", in_words(axis), metric, *target), unit(axis, replicates), true,
          [&](const Replicate& replicate) { return spent_until(replicates, replicate, axis, *target); }));
  const double begin = all_have_begun(replicates);
  const double end = equal_budget(replicates, Axis::energy);
  if (begin < end)
    all.push_back(
        ask(replicates, "mean_metric_over_energy",
            fmt::format("mean {} from {:.4g} to {:.4g} kWh", metric, begin, end), "", lower,
            [&](const Replicate& replicate) { return mean_metric(replicates, replicate, begin, end); }));
  for (const Axis axis : axes)
    all.push_back(ask(replicates, fmt::format("total_{}", name(axis)),
                      fmt::format("{} of the whole search", in_words(axis)), unit(axis, replicates), true,
                      [&](const Replicate& replicate) { return replicate.total[at(axis)]; }));
  return all;
}

}  // namespace campaign_sim::comparison
