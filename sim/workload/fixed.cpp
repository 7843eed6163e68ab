// A campaign whose trials cost what somebody published: seconds, watts and accelerators are inputs.
//
// The time of a trial is one of: `seconds_per_unit`; `duration`, the whole trial, spread evenly over the
// largest resource; or `job_lengths`, a distribution of durations (job_lengths.hpp). Independent job
// lengths belong to the configuration (a pure function of seed and configuration); stratified ones hand
// the means of equally probable strata to the values of an integer parameter, so that all of them
// together take exactly count × mean, whatever the seed.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include "sim/config/reader.hpp"
#include "sim/core/random.hpp"
#include "sim/workload/draw.hpp"
#include "sim/workload/job_lengths.hpp"
#include "sim/workload/quality.hpp"
#include "sim/workload/stated_traffic.hpp"

namespace campaign_sim {

namespace {

// How long a whole trial of a configuration takes.
class Durations {
 public:
  virtual ~Durations() = default;
  virtual Seconds of(const Configuration& configuration) const = 0;
};

class EqualDurations final : public Durations {
 public:
  explicit EqualDurations(Seconds duration) : duration_{duration} {}
  Seconds of(const Configuration&) const override { return duration_; }

 private:
  Seconds duration_;
};

class IndependentDurations final : public Durations {
 public:
  IndependentDurations(TruncatedLogNormal lengths, std::uint64_t seed) : lengths_{lengths}, seed_{seed} {}
  Seconds of(const Configuration& configuration) const override {
    return lengths_.quantile(RandomStream{seed_, Purpose::duration, digest(configuration)}.uniform(0));
  }

 private:
  TruncatedLogNormal lengths_;
  std::uint64_t seed_;
};

class StratifiedDurations final : public Durations {
 public:
  // Job `first` takes the first of the shuffled strata, job `first` + 1 the next, …
  StratifiedDurations(const TruncatedLogNormal& lengths, std::size_t count, std::size_t parameter,
                      double first, std::uint64_t seed)
      : parameter_{parameter}, first_{first} {
    const std::vector<Seconds> means = lengths.stratum_means(count);
    for (const std::uint32_t stratum : shuffled_strata(count, seed)) durations_.push_back(means[stratum]);
  }
  Seconds of(const Configuration& configuration) const override {
    return durations_[static_cast<std::size_t>(configuration.values[parameter_] - first_)];
  }

 private:
  std::vector<Seconds> durations_;
  std::size_t parameter_;
  double first_;
};

class Fixed final : public Workload {
 public:
  Fixed(TrainingCost cost, std::unique_ptr<Durations> durations, Resource max_resource,
        std::unique_ptr<Quality> quality)
      : cost_{cost},
        durations_{std::move(durations)},
        max_resource_{max_resource},
        quality_{std::move(quality)} {}

  std::optional<TrainingCost> cost(const Configuration& configuration, const Device& device) const override {
    if (cost_.memory > device.memory) return std::nullopt;
    TrainingCost cost = cost_;
    cost.per_unit = durations_->of(configuration) / max_resource_;
    return cost;
  }

  double metric(const Configuration& configuration, Resource resource) const override {
    return quality_->metric(configuration, resource);
  }

  std::string_view metric_basis() const override { return quality_->basis(); }

 private:
  TrainingCost cost_;
  std::unique_ptr<Durations> durations_;
  Resource max_resource_;
  std::unique_ptr<Quality> quality_;
};

// The only integer parameter, or the one that `parameter` names: its values number the jobs.
std::optional<std::size_t> job_parameter(Reader& lengths, const Space& space, std::int64_t count) {
  const std::string name = lengths.text_or("parameter", "job");
  const auto found = space.find(name);
  if (!found || space.parameters[*found].kind != ParameterKind::integer) {
    lengths.reject("parameter",
                   fmt::format("stratified draws number the jobs by an integer parameter of the space, and "
                               "the space has none called '{0}'; add `{0}: {{int: [1, {1}]}}` to it",
                               name, count));
    return std::nullopt;
  }
  const Parameter& p = space.parameters[*found];
  const double jobs = p.high - p.low + 1;
  if (jobs != static_cast<double>(count) || p.step > 1 || p.when) {
    lengths.reject(
        "count",
        fmt::format("'{}' of the space must take {} values, one a job, unconditionally, and takes {}", name,
                    count, jobs));
    return std::nullopt;
  }
  return found;
}

std::unique_ptr<Durations> read_job_lengths(Reader& lengths, const WorkloadProblem& problem) {
  constexpr auto distributions = std::to_array<std::string_view>({"lognormal"});
  constexpr auto draws = std::to_array<std::string_view>({"independent", "stratified"});
  constexpr double most_jobs = 1e7;  // stratified: a table of that many lengths is kept

  lengths.one_of_or("distribution", "lognormal", distributions);
  const auto mean = lengths.quantity<Seconds>("mean", more_than(0));
  const double cv = lengths.number("coefficient_of_variation", more_than(0));
  const auto shortest = lengths.quantity_or<Seconds>("min", Seconds{0}, at_least(0));
  const Seconds unbounded{std::numeric_limits<double>::infinity()};
  const auto longest = lengths.has("max") ? lengths.quantity<Seconds>("max", more_than(0)) : unbounded;
  const std::string draw = lengths.one_of_or("draws", "independent", draws);
  std::int64_t count = 0;
  std::optional<std::size_t> parameter;
  if (draw == "stratified") {
    count = lengths.integer("count", between(1, most_jobs));
    if (lengths.ok()) parameter = job_parameter(lengths, problem.space, count);
  }
  if (lengths.ok() && !(shortest < mean && mean < longest))
    lengths.reject("mean", "the mean must lie between 'min' and 'max'");
  if (!lengths.ok()) return std::make_unique<EqualDurations>(Seconds{1});

  const TruncatedLogNormal distribution{mean, cv, shortest, longest};
  if (!(std::abs(distribution.mean() / mean - 1) < 1e-9))
    lengths.reject("mean",
                   "the mean lies too close to 'min' or 'max' for a log-normal between them; move the bound "
                   "away, or give a fixed 'duration'");
  if (!parameter) return std::make_unique<IndependentDurations>(distribution, problem.seed);
  return std::make_unique<StratifiedDurations>(distribution, static_cast<std::size_t>(count), *parameter,
                                               problem.space.parameters[*parameter].low, problem.seed);
}

std::unique_ptr<Durations> read_durations(Reader& workload, const WorkloadProblem& problem) {
  constexpr auto ways = std::to_array<std::string_view>({"seconds_per_unit", "duration", "job_lengths"});
  const auto given = std::ranges::count_if(ways, [&](std::string_view way) { return workload.has(way); });
  if (given != 1)
    workload.reject("",
                    "the time of a trial is one of 'seconds_per_unit', 'duration' and 'job_lengths' "
                    "(none is the default, two would contradict each other); give exactly one");
  Seconds whole{1};
  if (workload.has("seconds_per_unit"))
    whole = workload.quantity<Seconds>("seconds_per_unit", more_than(0)) * problem.max_resource;
  if (workload.has("duration")) whole = workload.quantity<Seconds>("duration", more_than(0));
  if (workload.has("job_lengths")) {
    Reader lengths = workload.section("job_lengths");
    return read_job_lengths(lengths, problem);
  }
  return std::make_unique<EqualDurations>(whole);
}

std::vector<std::size_t> all_parameters(const Space& space) {
  std::vector<std::size_t> all(space.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  return all;
}

}  // namespace

std::unique_ptr<Workload> make_fixed(Reader& workload, const WorkloadProblem& problem) {
  TrainingCost cost = read_stated_cost(workload);
  read_stated_traffic(workload, cost);
  auto durations = read_durations(workload, problem);
  auto quality = read_free_quality(workload, problem, all_parameters(problem.space));
  return std::make_unique<Fixed>(cost, std::move(durations), problem.max_resource, std::move(quality));
}

}  // namespace campaign_sim
