// Fitness of an architecture space: which choices help a known good architecture, and by how much.
//
// Every choice of every field has a hidden effect on the final log-perplexity, relative to the choice of
// the seed architecture: most choices do nothing or hurt, a few help. Gains saturate, harm adds up:
//
//   G = sum of gains, H = sum of harms
//   q = g_max (1 - exp(-G / g_max)) - H
//   metric(r) = m_seed · exp(-q + luck + noise + excess (((r + R/100) / (R + R/100))^-decay - 1))
//
// with R the resource of a complete trial. The shape (most changes to a tuned system hurt, gains run dry) is
// common knowledge of evolutionary search; the constants are assumptions, and docs/models.md shows what
// others give. Space and search it was made for: So, Liang and Le, "The Evolved Transformer", ICML 2019.
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "sim/config/reader.hpp"
#include "sim/core/random.hpp"
#include "sim/workload/quality.hpp"

namespace campaign_sim {

namespace {

struct LandscapeParameters {
  double seed_metric = 4.77;  // perplexity; 4.50 (best of So et al.'s searches) less the gain limit
  double harmful = 0.5;       // fraction of choices that hurt
  double helpful = 0.05;      // fraction of choices that help
  double harm = 0.02;         // mean loss of a harmful choice, in log-perplexity
  double gain = 0.02;         // mean gain of a helpful choice, in log-perplexity
  double gain_limit = 0.06;   // all gains together, in log-perplexity
  double excess = 0.175;      // of log-perplexity at a quarter of a complete trial (decay 0.5)
  double decay = 0.5;
  double luck = 0.003;   // of one training run against another, in log-perplexity
  double noise = 0.002;  // of one evaluation against another, in log-perplexity
};

// Identity of a choice that does not change when fields are added or reordered: FNV-1a over its names.
std::uint64_t subject_of(std::string_view field, std::string_view choice) {
  std::uint64_t hash = 0xcbf29ce484222325;
  const auto add = [&](char byte) { hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3; };
  std::ranges::for_each(field, add);
  add('\0');
  std::ranges::for_each(choice, add);
  return hash;
}

class Landscape final : public Quality {
 public:
  // A field's effects, by choice: positive ones are gains.
  struct Field {
    std::size_t parameter;
    std::vector<double> effects;
  };

  Landscape(LandscapeParameters parameters, std::vector<Field> fields, Resource max_resource,
            std::uint64_t seed)
      : p_{parameters}, fields_{std::move(fields)}, max_resource_{max_resource}, seed_{seed} {}

  double metric(const Configuration& configuration, Resource resource) const override {
    double gains = 0;
    double harms = 0;
    for (const Field& field : fields_) {
      const double value = configuration.values[field.parameter];
      if (std::isnan(value)) continue;  // an inactive field has no effect
      const double effect = field.effects[static_cast<std::size_t>(value)];
      (effect > 0 ? gains : harms) += std::abs(effect);
    }
    const double quality = p_.gain_limit * -std::expm1(-gains / p_.gain_limit) - harms;
    const std::uint64_t subject = digest(configuration);
    const double luck = p_.luck * RandomStream{seed_, Purpose::curve, subject}.normal(0);
    const RandomStream evaluation{seed_, Purpose::curve_noise, subject};
    const double noise = p_.noise * evaluation.normal(std::bit_cast<std::uint64_t>(resource));
    // The offset keeps the beginning of the curve finite.
    const double offset = 0.01 * max_resource_;
    const double done = (resource + offset) / (max_resource_ + offset);
    const double unlearnt = p_.excess * (std::pow(done, -p_.decay) - 1);
    return p_.seed_metric * std::exp(-quality + luck + noise + unlearnt);
  }

  std::string_view basis() const override {
    return "an assumed fitness landscape: which trials pass and stop, and so the total, follows from it";
  }

 private:
  LandscapeParameters p_;
  std::vector<Field> fields_;
  Resource max_resource_;
  std::uint64_t seed_;
};

double draw_effect(const LandscapeParameters& p, std::uint64_t seed, std::string_view field,
                   std::string_view choice) {
  const RandomStream draws{seed, Purpose::landscape, subject_of(field, choice)};
  const double kind = draws.uniform(0);
  const double exponential = -std::log1p(-draws.uniform(1));
  if (kind < p.harmful) return -p.harm * exponential;
  if (kind < p.harmful + p.helpful) return p.gain * exponential;
  return 0;
}

LandscapeParameters read_parameters(Reader& quality) {
  LandscapeParameters p;
  p.seed_metric = quality.number_or("seed_metric", p.seed_metric, more_than(0));
  p.harmful = quality.number_or("harmful", p.harmful, between(0, 1));
  p.helpful = quality.number_or("helpful", p.helpful, between(0, 1));
  p.harm = quality.number_or("harm", p.harm, at_least(0));
  p.gain = quality.number_or("gain", p.gain, at_least(0));
  p.gain_limit = quality.number_or("gain_limit", p.gain_limit, more_than(0));
  p.excess = quality.number_or("excess", p.excess, at_least(0));
  p.decay = quality.number_or("decay", p.decay, more_than(0));
  p.luck = quality.number_or("luck", p.luck, at_least(0));
  p.noise = quality.number_or("noise", p.noise, at_least(0));
  if (quality.ok() && p.harmful + p.helpful > 1)
    quality.reject("helpful",
                   fmt::format("'harmful' and 'helpful' are fractions of all choices and add up to {} "
                               "(more than 1); lower one",
                               p.harmful + p.helpful));
  return p;
}

// The seed architecture's choice of a field: named in `seed:`, otherwise the field's first.
std::size_t seed_choice(Reader& seed, const Parameter& parameter) {
  std::vector<std::string_view> names(parameter.choices.begin(), parameter.choices.end());
  const std::string name = seed.one_of_or(parameter.name, names.front(), names);
  const auto found = std::ranges::find(names, name);
  return found == names.end() ? 0 : static_cast<std::size_t>(found - names.begin());
}

}  // namespace

std::unique_ptr<Quality> make_landscape(Reader& quality, const WorkloadProblem& problem,
                                        const std::vector<std::size_t>& fields) {
  const LandscapeParameters p = read_parameters(quality);
  // Without a seed of its own the landscape is redrawn with each campaign, like all that is not known.
  const std::uint64_t seed = quality.has("landscape_seed")
                                 ? static_cast<std::uint64_t>(quality.integer("landscape_seed", at_least(0)))
                                 : problem.seed;
  Reader seeds = quality.section_or_empty("seed");
  std::vector<Landscape::Field> landscape;
  for (const std::size_t index : fields) {
    const Parameter& parameter = problem.space.parameters[index];
    if (!parameter.is_choice()) continue;
    const std::size_t chosen = seed_choice(seeds, parameter);
    Landscape::Field field{index, {}};
    for (std::size_t i = 0; i < parameter.choices.size(); ++i)
      field.effects.push_back(i == chosen ? 0 : draw_effect(p, seed, parameter.name, parameter.choices[i]));
    landscape.push_back(std::move(field));
  }
  if (landscape.empty())
    quality.reject("kind",
                   "the space has no field to choose an architecture by (a landscape rates the choices of "
                   "categorical and ordinal parameters); add one, or use another quality");
  return std::make_unique<Landscape>(p, std::move(landscape), problem.max_resource, problem.seed);
}

}  // namespace campaign_sim
