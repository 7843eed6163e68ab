#include "sim/workload/power_cap.hpp"

#include <fmt/format.h>

#include <cmath>
#include <utility>
#include <variant>
#include <vector>

#include "sim/config/reader.hpp"
#include "sim/config/units.hpp"

namespace campaign_sim {
namespace {

// What `workload:` says of every configuration.
struct Stated {
  std::optional<Watts> cap;
  std::optional<DrawBursts> bursts;
};

class StatedPower final : public Workload {
 public:
  StatedPower(std::unique_ptr<Workload> inner, Stated stated) : inner_{std::move(inner)}, stated_{stated} {}

  std::optional<TrainingCost> cost(const Configuration& configuration, const Device& device) const override {
    auto cost = inner_->cost(configuration, device);
    if (!cost) return cost;
    if (stated_.cap) cost->power_cap = stated_.cap;
    cost->bursts = stated_.bursts;
    return cost;
  }
  std::vector<Fact> explain(const Configuration& configuration, const Device& device) const override {
    return inner_->explain(configuration, device);
  }
  double metric(const Configuration& configuration, Resource resource) const override {
    return inner_->metric(configuration, resource);
  }
  std::string_view metric_basis() const override { return inner_->metric_basis(); }

 private:
  std::unique_ptr<Workload> inner_;
  Stated stated_;
};

Configuration without(const Configuration& configuration, std::size_t parameter) {
  Configuration rest = configuration;
  rest.values.erase(rest.values.begin() + static_cast<std::ptrdiff_t>(parameter));
  return rest;
}

// The space as the workload sees it. A constraint is asked about the whole configuration, with some cap.
Space without(const Space& space, std::size_t parameter) {
  Space rest = space;
  rest.parameters.erase(rest.parameters.begin() + static_cast<std::ptrdiff_t>(parameter));
  for (Parameter& p : rest.parameters)
    if (p.when && p.when->parameter > parameter) --p.when->parameter;
  const double some = space.parameters[parameter].low;
  for (Constraint& constraint : rest.constraints)
    constraint.holds = [whole = constraint.holds, parameter, some](const Configuration& part) {
      Configuration configuration = part;
      configuration.values.insert(configuration.values.begin() + static_cast<std::ptrdiff_t>(parameter),
                                  some);
      return whole(configuration);
    };
  return rest;
}

class SearchedCap final : public Workload {
 public:
  // `watts` are those of the choices; empty: the parameter's value is watts.
  SearchedCap(std::unique_ptr<const Space> rest, std::unique_ptr<Workload> inner, std::size_t parameter,
              std::vector<Watts> watts)
      : rest_{std::move(rest)}, inner_{std::move(inner)}, parameter_{parameter}, watts_{std::move(watts)} {}

  std::optional<TrainingCost> cost(const Configuration& configuration, const Device& device) const override {
    auto cost = inner_->cost(without(configuration, parameter_), device);
    const double value = configuration.values[parameter_];
    if (cost && !std::isnan(value))  // an inactive one caps nothing
      cost->power_cap = watts_.empty() ? Watts{value} : watts_[static_cast<std::size_t>(value)];
    return cost;
  }
  std::vector<Fact> explain(const Configuration& configuration, const Device& device) const override {
    return inner_->explain(without(configuration, parameter_), device);
  }
  double metric(const Configuration& configuration, Resource resource) const override {
    return inner_->metric(without(configuration, parameter_), resource);
  }
  std::string_view metric_basis() const override { return inner_->metric_basis(); }

 private:
  std::unique_ptr<const Space> rest_;  // the inner workload refers to it
  std::unique_ptr<Workload> inner_;
  std::size_t parameter_;
  std::vector<Watts> watts_;
};

// The watts of each choice, `150 W` or `150`; mistakes go to the reader.
std::vector<Watts> watts_of_choices(const Parameter& caps, Reader& workload) {
  std::vector<Watts> watts;
  for (std::size_t i = 0; i < caps.choices.size(); ++i) {
    const auto amount = config::parse_amount(caps.choices[i], Watts::dimension);
    const auto* quantity = std::get_if<config::Amount>(&amount);
    const double number = std::isnan(caps.choice_numbers[i]) ? 0 : caps.choice_numbers[i];
    watts.push_back(Watts{quantity ? quantity->base : number});
    if (watts.back() <= Watts{0})
      workload.reject(
          "", fmt::format("'{}' is no power cap ('power_cap' of the space is in watts); write `150 W` "
                          "or 150",
                          caps.choices[i]));
  }
  return watts;
}

std::unique_ptr<Workload> make_searched(const WorkloadEntry& entry, Reader& workload,
                                        const WorkloadProblem& problem, std::size_t parameter) {
  const Parameter& caps = problem.space.parameters[parameter];
  if (workload.has("power_cap"))
    workload.reject("power_cap", "'power_cap' is searched: it stands in the space as well; give one of them");
  for (const Parameter& p : problem.space.parameters)
    if (p.when && p.when->parameter == parameter)
      workload.reject("",
                      fmt::format("'{}' of the space exists only under some power caps (a workload does not "
                                  "know its cap); remove that condition",
                                  p.name));
  std::vector<Watts> watts;
  if (caps.is_choice()) {
    watts = watts_of_choices(caps, workload);
  } else if (caps.low <= 0) {
    workload.reject(
        "", fmt::format("'power_cap' of the space begins at {:g} (it is in watts, more than 0)", caps.low));
  }
  auto rest = std::make_unique<const Space>(without(problem.space, parameter));
  const WorkloadProblem inner{*rest,          problem.max_resource,  problem.seed,
                              problem.folder, problem.resource_unit, problem.devices};
  auto made = entry.make(workload, inner);
  return std::make_unique<SearchedCap>(std::move(rest), std::move(made), parameter, std::move(watts));
}

DrawBursts read_bursts(Reader bursts) {
  return {bursts.quantity<Watts>("draw", more_than(0)),
          bursts.number("share", {.low = 0, .high = 1, .low_open = true})};
}

}  // namespace

std::unique_ptr<Workload> make_workload(const WorkloadEntry& entry, Reader& workload,
                                        const WorkloadProblem& problem) {
  Stated stated;
  if (workload.has("bursts")) stated.bursts = read_bursts(workload.section("bursts"));
  const auto searched = problem.space.find("power_cap");
  if (!searched && workload.has("power_cap"))
    stated.cap = workload.quantity<Watts>("power_cap", more_than(0));
  auto made = searched ? make_searched(entry, workload, problem, *searched) : entry.make(workload, problem);
  if (!stated.cap && !stated.bursts) return made;
  return std::make_unique<StatedPower>(std::move(made), stated);
}

}  // namespace campaign_sim
