// What the quality of samplers is measured on: functions whose minimum is known, and recorded searches.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/project_root.hpp"
#include "tests/support/read_sampler.hpp"
#include "tests/support/table_tasks.hpp"
#include "tests/support/test_functions.hpp"

namespace campaign_sim::testing {

struct QualityTask {
  std::string name;
  std::string space;
  std::function<double(const Configuration&)> loss;
};

// `branin`, `hartmann6`, or a table: the name of a file of nmt-hpo or taskset-nlp without its ending. Nothing
// where that file is not there.
inline std::optional<QualityTask> quality_task(const std::string& name) {
  if (name == "branin")
    return QualityTask{name, "{x: {float: [-5, 10]}, y: {float: [0, 15]}}",
                       [](const Configuration& c) { return branin(c.values[0], c.values[1]); }};
  if (name == "hartmann6")
    return QualityTask{name,
                       "{a: {float: [0, 1]}, b: {float: [0, 1]}, c: {float: [0, 1]}, d: {float: [0, 1]}, "
                       "e: {float: [0, 1]}, f: {float: [0, 1]}}",
                       [](const Configuration& c) { return hartmann6(c.values); }};
  const bool translation = name.starts_with("nmthpo");
  const auto file =
      project_root() / "../shared/data" / (translation ? "nmt-hpo" : "taskset-nlp") / (name + ".csv");
  if (!std::filesystem::exists(file)) return std::nullopt;
  if (!translation) return QualityTask{name, NearestTask::space(), NearestTask{file}};
  constexpr std::size_t hyperparameters = 6;
  const GridTask task{file, hyperparameters, "dev_ppl"};
  return QualityTask{name, task.space(), task};
}

// The best loss of each of `seeds` searches.
inline std::vector<double> best_losses(const std::string& sampler, const QualityTask& task,
                                       std::uint32_t trials, std::uint64_t seeds, std::uint64_t first_seed) {
  const Space space = space_from(task.space);
  std::vector<double> best;
  for (std::uint64_t seed = 0; seed < seeds; ++seed)
    best.push_back(std::ranges::min(losses_of(sampler, space, task.loss, trials, first_seed + seed)));
  return best;
}

// How many standard deviations the losses `a` lie below the losses `b`: Mann and Whitney's statistic.
inline double below(const std::vector<double>& a, const std::vector<double>& b) {
  double wins = 0;
  for (const double x : a)
    for (const double y : b) wins += x < y ? 1 : x == y ? 0.5 : 0;
  const auto n = static_cast<double>(a.size());
  const auto m = static_cast<double>(b.size());
  return (wins - n * m / 2) / std::sqrt(n * m * (n + m + 1) / 12);
}

}  // namespace campaign_sim::testing
