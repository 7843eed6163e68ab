#include "sim/search/population/mutation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <vector>

#include "sim/config/reader.hpp"
#include "sim/search/configuration.hpp"
#include "sim/search/sampler_makers.hpp"
#include "sim/search/transform.hpp"

namespace campaign_sim {

namespace {

bool varies(const Parameter& parameter) { return number_of_values(parameter) != 1; }

// Uniform among the values other than `old`. A real number is never drawn twice.
double another_value(const Parameter& parameter, double old, double unit) {
  const auto values = number_of_values(parameter);
  if (!values || parameter.log) {
    // On a log scale the values have unequal shares: cut out the share of the old one.
    if (!values) return from_unit(parameter, unit);
    const double low = to_unit(parameter, std::max(old - 0.5, parameter.low - 0.5));
    const double high = to_unit(parameter, old + 0.5);
    const double position = unit * (1 - (high - low));
    const double value =
        from_unit(parameter, std::min(position < low ? position : position + (high - low), 1.0));
    if (value != old) return value;
    return old == parameter.low ? old + 1 : old - 1;  // rounding at the seam of the cut
  }
  const double step = parameter.step > 0 ? parameter.step : 1.0;
  const auto place = static_cast<std::uint64_t>(std::llround((old - parameter.low) / step));
  const auto drawn =
      std::min(static_cast<std::uint64_t>(unit * static_cast<double>(*values - 1)), *values - 2);
  return value_at(parameter, drawn < place ? drawn : drawn + 1);
}

// Fields are visited in order: an earlier change may make later fields active or inactive.
Configuration mutate_once(const Space& space, const Configuration& parent, const Mutation& mutation,
                          const RandomStream& draws, std::uint64_t first) {
  std::vector<std::size_t> fields;
  for (std::size_t i = 0; i < space.size(); ++i)
    if (!std::isnan(parent.values[i]) && varies(space.parameters[i])) fields.push_back(i);
  const std::size_t chosen = fields.empty() ? 0 : fields[draws.below(fields.size(), first)];

  Configuration child = parent;
  for (std::size_t i = 0; i < space.size(); ++i) {
    const Parameter& parameter = space.parameters[i];
    if (!is_active(space, child, i)) {
      child.values[i] = inactive;
      continue;
    }
    const double value = draws.uniform(first + 2 * i + 2);
    if (std::isnan(parent.values[i]))
      child.values[i] = from_unit(parameter, value);
    else if (mutation.kind == Mutation::Kind::one_field && i == chosen && !fields.empty())
      child.values[i] = another_value(parameter, parent.values[i], value);
    else if (mutation.kind == Mutation::Kind::each_field && draws.uniform(first + 2 * i + 1) < mutation.rate)
      child.values[i] = from_unit(parameter, value);
  }
  return child;
}

}  // namespace

Configuration mutate(const Space& space, const Configuration& parent, const Mutation& mutation,
                     const RandomStream& draws) {
  const std::uint64_t draws_each = 2 * space.size() + 1;
  for (std::uint64_t attempt = 0; attempt < most_mutations; ++attempt) {
    auto child = mutate_once(space, parent, mutation, draws, first_mutation_draw + attempt * draws_each);
    if (space.allows(child)) return child;
  }
  return parent;
}

Configuration Breeding::founder(const SearchProblem& problem, TrialId trial) const {
  if (!seed) return random_configuration(problem.space, problem.seed, index(trial));
  return child(problem, *seed, trial);
}

Configuration Breeding::child(const SearchProblem& problem, const Configuration& parent,
                              TrialId trial) const {
  return mutate(problem.space, parent, mutation, RandomStream{problem.seed, Purpose::strategy, index(trial)});
}

Breeding read_breeding(Reader& search, const SearchProblem& problem, const Breeding& published) {
  constexpr std::array<std::string_view, 2> kinds = {"one_field", "each_field"};
  need_varying_space(search, problem);
  Breeding breeding;
  const auto population = search.integer_or("population", static_cast<std::int64_t>(published.population),
                                            between(2, 1e5));  // one alone cannot compete
  const auto tournament =
      search.integer_or("tournament_size", static_cast<std::int64_t>(published.tournament), between(1, 1e6));
  if (search.ok() && tournament > population) {
    const bool given = search.has("tournament_size");
    search.reject(given ? "tournament_size" : "population",
                  fmt::format("a tournament of {} {}is larger than the population of {}; {}", tournament,
                              given ? "" : "('tournament_size' where none is given) ", population,
                              given ? "make it smaller" : "give a smaller one"));
  }
  breeding.population = static_cast<std::size_t>(population);
  breeding.tournament = static_cast<std::size_t>(tournament);

  const auto usual = search.has("mutation_rate") ? Mutation::Kind::each_field : published.mutation.kind;
  const auto kind = search.one_of_or("mutation", kinds[static_cast<std::size_t>(usual)], kinds);
  if (kind == "each_field") {
    breeding.mutation.kind = Mutation::Kind::each_field;
    // So et al. 2019, section 4: 2.5% a field.
    breeding.mutation.rate =
        search.number_or("mutation_rate", 0.025, {.low = 0, .high = 1, .low_open = true});
  } else if (search.has("mutation_rate")) {
    search.number("mutation_rate");
    search.reject(
        "mutation_rate",
        "one_field changes exactly one field, at no rate; drop this or write `mutation: each_field`");
  }
  if (search.has("seeded")) {
    auto seeded = search.section("seeded");
    // A space of architectures lists the known good choice first, so the seed need not repeat it.
    if (search.ok()) breeding.seed = read_configuration(seeded, problem.space, Missing::is_first_choice);
  }
  return breeding;
}

void need_varying_space(Reader& search, const SearchProblem& problem) {
  need_parameters(search, problem);
  if (problem.space.size() > 0 && std::ranges::none_of(problem.space.parameters, varies))
    search.reject(
        rule_key(search),
        "every parameter of the search space has one value only, so there is nothing to search; let one "
        "of them vary");
}

}  // namespace campaign_sim
