// Median stopping and Optuna's pruners as strategies: what each reads from a scenario. Rules and sources:
// pruners.hpp. Steps count reports, one every `report_every` of resource, from 1.
#include <string>
#include <tuple>
#include <utility>

#include "sim/config/reader.hpp"
#include "sim/search/pruning/pruned_training.hpp"
#include "sim/search/strategy_makers.hpp"

namespace campaign_sim {

namespace {

std::size_t count_or(Reader& search, std::string_view key, std::int64_t fallback, std::int64_t least) {
  return static_cast<std::size_t>(search.integer_or(key, fallback, at_least(static_cast<double>(least))));
}

CheckTimes read_times(Reader& search) {
  return {count_or(search, "n_warmup_steps", 0, 0), count_or(search, "interval_steps", 1, 1)};
}

std::unique_ptr<Pruner> read_percentile(Reader& search, const SearchProblem& problem, double percentile) {
  OptunaPercentile p{percentile, count_or(search, "n_startup_trials", 5, 0), read_times(search)};
  p.min_trials = count_or(search, "n_min_trials", 1, 1);
  p.maximised = problem.maximised;
  return optuna_percentile(p);
}

std::unique_ptr<Pruner> read_median(Reader& search, const SearchProblem& problem) {
  constexpr std::string_view variants[] = {"paper", "ray", "syne_tune", "optuna"};
  const std::string variant = search.one_of_or("variant", "paper", variants);
  if (variant == "optuna") return read_percentile(search, problem, 50);
  if (variant == "ray")
    return ray_median(
        {count_or(search, "grace_period", 1, 0), count_or(search, "min_samples_required", 3, 1)});
  if (variant == "syne_tune") {
    SyneTuneMedian p;
    p.running_average = search.flag_or("running_average", p.running_average);
    p.grace_time = count_or(search, "grace_time", 1, 0);
    p.grace_population = count_or(search, "grace_population", 5, 0);
    p.rank_cutoff = search.number_or("rank_cutoff", p.rank_cutoff, between(0, 1));
    return syne_tune_median(p);
  }
  return vizier_median();
}

}  // namespace

std::unique_ptr<Strategy> make_median_stopping(Reader& search, const SearchProblem& problem) {
  return read_pruned_training(search, problem, read_median(search, problem));
}

std::unique_ptr<Strategy> make_percentile(Reader& search, const SearchProblem& problem) {
  const double percentile = search.number("percentile", between(0, 100));
  return read_pruned_training(search, problem, read_percentile(search, problem, percentile));
}

// Around Optuna's median by default; `wrapped: none` stops on its own.
std::unique_ptr<Strategy> make_patient(Reader& search, const SearchProblem& problem) {
  constexpr std::string_view wrappable[] = {"median", "none"};
  const std::size_t patience = count_or(search, "patience", 1, 0);
  const double min_delta = search.number_or("min_delta", 0, at_least(0));
  const bool alone = search.one_of_or("wrapped", "median", wrappable) == "none";
  auto wrapped = alone ? nullptr : read_percentile(search, problem, 50);
  return read_pruned_training(search, problem, optuna_patient(std::move(wrapped), patience, min_delta));
}

std::unique_ptr<Strategy> make_threshold(Reader& search, const SearchProblem& problem) {
  OptunaThreshold p;
  if (!search.has("lower") && !search.has("upper"))
    search.reject("", "threshold needs `upper`, `lower` or both (without a bound it would stop nothing)");
  if (search.has("lower")) p.lower = search.number("lower");
  if (search.has("upper")) p.upper = search.number("upper");
  if (p.lower > p.upper) search.reject("lower", "lower must not be above upper (every trial would stop)");
  // The bounds are those of the metric; a loss is its negative where it is maximised.
  if (problem.maximised) std::tie(p.lower, p.upper) = std::pair{-p.upper, -p.lower};
  p.times = read_times(search);
  return read_pruned_training(search, problem, optuna_threshold(p));
}

std::unique_ptr<Strategy> make_wilcoxon(Reader& search, const SearchProblem& problem) {
  OptunaWilcoxon p;
  p.p_threshold = search.number_or("p_threshold", p.p_threshold, between(0, 1));
  p.startup_steps = count_or(search, "n_startup_steps", 0, 0);
  p.maximised = problem.maximised;
  return read_pruned_training(search, problem, optuna_wilcoxon(p));
}

}  // namespace campaign_sim
