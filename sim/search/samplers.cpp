// The samplers that a scenario can name, written out: no static initialiser fills this table.
#include <array>
#include <string>
#include <vector>

#include "sim/config/reader.hpp"
#include "sim/core/expect.hpp"
#include "sim/search/sampler.hpp"
#include "sim/search/sampler_makers.hpp"

namespace campaign_sim {

namespace {

constexpr auto table = std::to_array<SamplerEntry>({
    {"random", "independent uniform draws", "Bergstra & Bengio, JMLR 13, 2012", "{}", make_random},
    {"grid", "every combination of evenly spaced values",
     "full factorial design; reals at `points` even places, ends included, the last parameter fastest",
     "{points: 3}", make_grid, "points (whole, from 1; needed where a float has no step)"},
    {"replay", "a recorded list of configurations", "the list, in its order",
     "{configurations: [{x: 0.25, n: 2, c: a}]}", make_replay,
     "configurations (list) or file (CSV with a column per parameter)"},
    {"sobol", "an even sequence of points",
     "Sobol 1967; Joe & Kuo, SIAM J. Sci. Comput. 30, 2008 (D6); scrambling: Matoušek 1998", "{}", make_sobol,
     "scramble = true"},
    {"halton", "an even sequence of points, in prime bases",
     "Halton 1960; scrambling: Owen, arXiv:1706.02808", "{}", make_halton, "scramble = true"},
    {"latin_hypercube", "a design with one point in each stratum of each parameter",
     "McKay, Beckman & Conover, Technometrics 21, 1979", "{}", make_latin_hypercube,
     "points = stop.trials (whole, from 1)"},
    {"tpe", "densities of good and bad trials (Parzen estimators)",
     "Bergstra et al., NIPS 2011, as in Optuna 4.9; variants hyperopt, optuna_3.1", "{}", make_tpe,
     "variant = optuna | hyperopt | optuna_3.1; n_startup_trials = 10, hyperopt 20 (whole); n_ei_candidates "
     "= 24 (whole, from 1); multivariate = false; constant_liar = false"},
    {"gp", "Bayesian optimisation with a Gaussian process",
     "Snoek, Larochelle & Adams, NIPS 2012; parallel: Ginsbourger et al. 2010; losses: Song et al., "
     "arXiv:2408.11527",
     "{}", make_gp,
     "n_startup_trials = 10 (whole, from 2); covariance = matern_52 | matern_32 | matern_12 | rbf; "
     "acquisition = log_ei | ei | pi | lcb | ei_per_joule; deviations = 2 (0 to 1000; lcb only); parallel = "
     "constant_liar | kriging_believer; lie = best | mean | worst (constant_liar only); fit_starts = "
     "3 (whole, 1 to 100); warp = vizier | none (of the losses); noise_variance = fitted (1e-10 to 1)"},
    {"cmaes", "a normal distribution that follows the best trials",
     "Hansen, arXiv:1604.00772; restarts: Auger & Hansen, CEC 2005", "{}", make_cmaes,
     "population = 4 + 3 ln n (whole, from 4); sigma = 1/6 (1e-6 to 10); restarts = ipop | none"},
    {"bohb", "kernel densities of good and bad trials at the largest resource",
     "Falkner, Klein & Hutter, ICML 2018, as in HpBandSter 0.7.4", "{}", make_bohb_sampler,
     "min_points_in_model = parameters + 1 (whole, from that); top_n_percent = 15 (whole, 1 to 99); "
     "num_samples = 64 (whole, from 1); random_fraction = 1/3 (0 to 1); bandwidth_factor = 3 (0.01 to"
     " 100)"},
});

}  // namespace

std::span<const SamplerEntry> samplers() { return table; }

std::string_view rule_key(const Reader& section) { return section.has("kind") ? "kind" : "strategy"; }

void need_parameters(Reader& section, const SearchProblem& problem) {
  if (problem.space.size() == 0)
    section.reject(rule_key(section),
                   "the search space is empty, so there is nothing to search; add a `space:` section");
}

std::unique_ptr<Sampler> read_sampler(Reader& search, const SearchProblem& problem) {
  auto section = search.chosen_section("sampler", "kind", "random");
  std::vector<std::string_view> names;
  for (const auto& entry : table) names.push_back(entry.name);
  const std::string name = section.one_of_or("kind", "random", names);
  if (name != "random" && name != "replay") need_parameters(section, problem);
  for (const auto& entry : table)
    if (entry.name == name) return entry.make(section, problem);
  // A wrong name was reported and read as a harmless one.
  return make_random(section, problem);
}

}  // namespace campaign_sim
