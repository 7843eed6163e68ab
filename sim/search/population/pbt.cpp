// Population based training with truncation selection: Jaderberg et al., "Population based training of
// neural networks", arXiv:1711.09846, 2017. `population` members train side by side. Every `interval` each
// is compared with the last losses of the others: one among the worst `quantile` is given up, and a new
// trial goes on from the weights of one of the best `quantile`, drawn uniformly, with its configuration
// perturbed: every parameter is drawn anew with `resample_probability`, or else times 1.2 or 0.8.
//
// variant: paper      20% quantiles, no resampling (section 4.1.1); numbers stay in their range
//          syne_tune  25%, resampling 25% (Syne Tune 0.13); numbers are clipped, integers rounded
//          ray        25%, resampling 25% (Ray Tune); integers are cut off, choices move to a neighbour.
//                     Ray lets numbers leave their range; here they are brought back, since a workload
//                     knows only the space.
//
// Ours: each exploit is a new trial, and counts as one of `stop.trials`; when those are used up members
// train on unchanged. A new trial has no loss until its first report. Complete and failed members are
// compared with nobody; a failed one (out of memory) is not replaced. Choices are kept or, where the
// variant resamples, drawn anew. A number is moved to the nearest of its steps.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <deque>
#include <set>
#include <string_view>
#include <utility>

#include "sim/config/reader.hpp"
#include "sim/core/random.hpp"
#include "sim/search/population/mutation.hpp"
#include "sim/search/population/truncation.hpp"
#include "sim/search/strategy_makers.hpp"
#include "sim/search/transform.hpp"

namespace campaign_sim {

namespace {

struct Parameters {
  std::size_t population = 0;
  Resource interval = 0;
  double quantile = 0;
  double resample_probability = 0;
  bool ray = false;
};

class PopulationBasedTraining final : public Strategy {
 public:
  PopulationBasedTraining(Parameters parameters, const SearchProblem& problem)
      : parameters_{parameters}, problem_{problem} {}

  Proposal ask() override {
    const TrialId trial{static_cast<std::uint32_t>(members_.size())};
    while (!heirs_.empty()) {
      const Heir heir = heirs_.front();
      heirs_.pop_front();
      const Resource inherited = members_[index(heir.parent)].resource;
      if (inherited >= problem_.max_resource) continue;  // complete by now: nothing is left to train
      training_.insert(index(trial));
      members_.push_back({explore(members_[index(heir.parent)].configuration, trial), inherited});
      return StartTrial{trial, members_.back().configuration, after(inherited), heir.parent};
    }
    if (members_.size() < first_members()) {
      training_.insert(index(trial));
      members_.push_back({random_configuration(problem_.space, problem_.seed, index(trial))});
      return StartTrial{trial, members_.back().configuration, after(0), std::nullopt};
    }
    if (training_.empty()) return Finished{};
    return WaitForReports{};
  }

  Verdict tell(const Report& report) override {
    Member& member = members_[index(report.trial)];
    if (report.outcome != SegmentOutcome::reached) return end(report.trial);
    member.resource = report.resource;
    member.loss = std::isfinite(report.loss) ? report.loss : std::numeric_limits<double>::infinity();
    if (report.resource >= problem_.max_resource) return end(report.trial);
    if (const auto parent = better_member(report.trial)) {
      heirs_.push_back({*parent});
      return end(report.trial);
    }
    return Continue{after(report.resource)};
  }

 private:
  struct Member {
    Configuration configuration;
    Resource resource = 0;                                   // at its last report
    double loss = std::numeric_limits<double>::quiet_NaN();  // nan: none yet
  };
  struct Heir {
    TrialId parent;
  };

  std::size_t first_members() const {
    return std::min<std::size_t>(parameters_.population, problem_.trials.value_or(parameters_.population));
  }

  Resource after(Resource resource) const {
    return std::min(resource + parameters_.interval, problem_.max_resource);
  }

  Verdict end(TrialId trial) {
    training_.erase(index(trial));
    return Stop{};
  }

  // Whom the trial copies from, if it is among the worst and another trial may still be started.
  std::optional<TrialId> better_member(TrialId trial) const {
    if (problem_.trials && members_.size() + heirs_.size() >= *problem_.trials) return std::nullopt;
    std::vector<TrialId> compared;
    std::vector<double> losses;
    for (const std::uint32_t i : training_) {
      if (std::isnan(members_[i].loss)) continue;
      compared.push_back(TrialId{i});
      losses.push_back(members_[i].loss);
    }
    const auto [bottom, top] = quantiles(losses, parameters_.quantile);
    if (std::ranges::none_of(bottom, [&](std::size_t i) { return compared[i] == trial; }))
      return std::nullopt;
    const RandomStream draws{problem_.seed, Purpose::strategy, index(trial)};
    const TrialId parent = compared[top[draws.below(top.size(), 0)]];
    if (!std::isfinite(members_[index(parent)].loss)) return std::nullopt;  // all have diverged
    return parent;
  }

  Configuration explore(const Configuration& parent, TrialId trial) const {
    const Space& space = problem_.space;
    const RandomStream draws{problem_.seed, Purpose::strategy, index(trial)};
    for (std::uint64_t attempt = 0; attempt < most_mutations; ++attempt) {
      Configuration child = parent;
      const std::uint64_t first = first_mutation_draw + attempt * 3 * space.size();
      for (std::size_t i = 0; i < space.size(); ++i) {
        if (!is_active(space, child, i))
          child.values[i] = inactive;
        else
          child.values[i] = changed(space.parameters[i], parent.values[i], draws, first + 3 * i);
      }
      if (space.allows(child)) return child;
    }
    return parent;
  }

  double changed(const Parameter& parameter, double value, const RandomStream& draws,
                 std::uint64_t first) const {
    if (std::isnan(value) || draws.uniform(first) < parameters_.resample_probability)
      return from_unit(parameter, draws.uniform(first + 1));
    const bool up = draws.uniform(first + 2) < 0.5;
    if (parameter.is_choice()) {
      if (!parameters_.ray) return value;
      const auto choice =
          shift_choice(static_cast<std::size_t>(value), up ? 1 : -1, parameter.choices.size());
      return static_cast<double>(choice);
    }
    const bool integer = parameter.kind == ParameterKind::integer;
    const double factor = up ? 1.2 : 0.8;  // Jaderberg et al. 2017, section 4.1.1
    const double number = parameters_.ray
                              ? perturb_unclipped(value, factor, integer)
                              : perturb_clipped(value, factor, parameter.low, parameter.high, integer);
    const double steps = parameter.step > 0 ? std::nearbyint((number - parameter.low) / parameter.step) : 0;
    const double placed = parameter.step > 0 ? parameter.low + steps * parameter.step : number;
    return std::clamp(placed, parameter.low, parameter.high);
  }

  Parameters parameters_;
  SearchProblem problem_;
  std::vector<Member> members_;       // by trial
  std::set<std::uint32_t> training_;  // trials that are not at their end
  std::deque<Heir> heirs_;            // trials to start from another's weights
};

}  // namespace

std::unique_ptr<Strategy> make_pbt(Reader& search, const SearchProblem& problem) {
  constexpr std::array<std::string_view, 3> variants = {"paper", "syne_tune", "ray"};
  need_varying_space(search, problem);
  const auto variant = search.one_of_or("variant", "paper", variants);
  Parameters p;
  p.ray = variant == "ray";
  p.population = static_cast<std::size_t>(search.integer("population", between(2, 1e5)));
  p.interval = search.number("interval", more_than(0));
  p.quantile = search.number_or("quantile", variant == "paper" ? 0.2 : 0.25,
                                {.low = 0, .high = 0.5, .low_open = true});
  p.resample_probability =
      search.number_or("resample_probability", variant == "paper" ? 0 : 0.25, between(0, 1));
  constexpr double most_intervals = 1e6;  // of one member; each is a segment of the simulation
  if (search.ok() && problem.max_resource / p.interval > most_intervals)
    search.reject("interval", fmt::format("more than 10^6 exchanges a training; at least {}",
                                          problem.max_resource / most_intervals));
  if (search.ok() && p.interval > problem.max_resource)
    search.reject("interval",
                  fmt::format("an interval of {} is longer than a whole training, {}; make it shorter",
                              p.interval, problem.max_resource));
  return std::make_unique<PopulationBasedTraining>(p, problem);
}

}  // namespace campaign_sim
