// The strategies that a scenario can name, written out: no static initialiser fills this table.
#include "sim/search/registry.hpp"

#include <array>

#include "sim/search/full_training.hpp"
#include "sim/search/sampler_makers.hpp"
#include "sim/search/strategy_makers.hpp"

namespace campaign_sim {

namespace {

// A sampler alone: every configuration is trained to the end.
template <auto make_sampler>
std::unique_ptr<Strategy> alone(Reader& search, const SearchProblem& problem) {
  if (make_sampler != make_random && make_sampler != make_replay) need_parameters(search, problem);
  return train_all(make_sampler(search, problem), problem);
}

constexpr auto table = std::to_array<StrategyEntry>({
    {"random", "train random configurations to the end", "Bergstra & Bengio, JMLR 13, 2012",
     "{strategy: random}", alone<make_random>},
    {"grid", "train every combination of evenly spaced values to the end", "full factorial design",
     "{strategy: grid, points: 3}", alone<make_grid>, true},
    {"replay", "train a recorded list of configurations to the end", "the list, in its order",
     "{strategy: replay, configurations: [{x: 0.25, n: 2, c: a}, {x: 1, n: 3, c: b}]}", alone<make_replay>,
     true},
    {"sobol", "train the points of Sobol's sequence to the end",
     "Sobol 1967; Joe & Kuo, SIAM J. Sci. Comput. 30, 2008 (D6); scrambling: Matoušek 1998",
     "{strategy: sobol}", alone<make_sobol>},
    {"halton", "train the points of Halton's sequence to the end",
     "Halton 1960; scrambling: Owen, arXiv:1706.02808", "{strategy: halton}", alone<make_halton>},
    {"latin_hypercube", "train the points of a Latin hypercube to the end",
     "McKay, Beckman & Conover, Technometrics 21, 1979", "{strategy: latin_hypercube}",
     alone<make_latin_hypercube>},
    {"tpe", "train what densities of good and bad trials suggest to the end",
     "Bergstra et al., NIPS 2011, as in Optuna 4.9; variants hyperopt, optuna_3.1", "{strategy: tpe}",
     alone<make_tpe>},
    {"gp", "train what a Gaussian process suggests to the end",
     "Snoek, Larochelle & Adams, NIPS 2012; parallel: Ginsbourger et al. 2010; losses: Song et al., "
     "arXiv:2408.11527",
     "{strategy: gp}", alone<make_gp>},
    {"cmaes", "train what CMA-ES draws to the end",
     "Hansen, arXiv:1604.00772; restarts: Auger & Hansen, CEC 2005", "{strategy: cmaes}", alone<make_cmaes>},
    {"pbt", "train a population; the worst copy the best and perturb",
     "Jaderberg et al., arXiv:1711.09846, 2017", "{strategy: pbt, population: 6, interval: 2}", make_pbt,
     false,
     "population (whole, 2 to 100,000); interval (resource between exchanges, more than 0); quantile "
     "= 0.2, other variants 0.25 (more than 0, to 0.5); resample_probability = 0, other variants 0.25"
     " (0 to 1); variant = paper | syne_tune | ray"},
    {"regularized_evolution", "mutate the best of a sample; the oldest dies",
     "Real et al., AAAI 2019, algorithm 1",
     "{strategy: regularized_evolution, population: 4, tournament_size: 2}", make_regularized_evolution,
     false,
     "population = 100 (whole, 2 to 100,000); tournament_size = 25 (whole, 1 to population); mutation"
     " = one_field | each_field; mutation_rate = 0.025 (more than 0, to 1; each_field only); seeded "
     "(a configuration; default: random ones)"},
    {"tournament_evolution", "mutate the best of a sample; the worst of a sample dies; optional hurdles",
     "So et al., ICML 2019, sections 3.2 and 3.3; Real et al., ICML 2017",
     "{strategy: tournament_evolution, population: 4, tournament_size: 2, "
     "hurdles: {children_per_hurdle: 4, increments: [2, 3, 4]}}",
     make_tournament_evolution, false,
     "population = 100 (whole, 2 to 100,000); tournament_size = 30 (whole, 1 to population); mutation"
     " = each_field | one_field; mutation_rate = 0.025 (more than 0, to 1; each_field only); seeded "
     "(a configuration; default: random ones); hurdles: {children_per_hurdle (whole, from 1), "
     "increments (resources)} (default: none)"},
    {"differential_evolution",
     "children from differences of members; a child that is no worse takes its place",
     "Storn & Price, J. Global Optim. 11, 1997, rand/1/bin",
     "{strategy: differential_evolution, population: 5}", make_differential_evolution, false,
     "population = 10 a parameter (whole, 4 to 100,000); mutation_factor = 0.5 (more than 0, to 2); "
     "crossover_rate = 0.9 (0 to 1); update = synchronous | asynchronous"},
    {"nsga2", "evolution towards low loss and low energy at once",
     "Deb et al., IEEE Trans. Evol. Comput. 6(2), 2002", "{strategy: nsga2, population: 6}", make_nsga2,
     false,
     "population = 100 (whole, 2 to 10,000); crossover_rate = 0.9 (0 to 1); crossover_index = 20 (0 to "
     "1,000); mutation_rate = 1 / parameters (0 to 1); mutation_index = 20 (0 to 1,000)"},
    {"successive_halving", "train many a little, the best of them more: rung by rung",
     "Jamieson & Talwalkar, AISTATS 2016; Li et al., JMLR 18-185, 2018, algorithm 1, inner loop",
     "{strategy: successive_halving, eta: 3}", make_successive_halving, true,
     "eta = 3 (whole, from 2); configurations = stop.trials, else eta^s (whole, from 1); halvings = "
     "as many as fit (whole); sampler = random"},
    {"hyperband", "successive halving from several first rungs, one bracket after another",
     "Li et al., JMLR 18-185, 2018, algorithm 1; variants: the tables of nine tools",
     "{strategy: hyperband, eta: 3}", make_hyperband, true,
     "eta = 3 (whole, from 2); variant = paper | hpbandster | dehb | neps | smac3 | keras_tuner | nni"
     " | ray | syne_tune; brackets = one_by_one | overlapping (default of every variant but paper); "
     "sampler = random"},
    {"bohb", "Hyperband whose configurations come from kernel densities",
     "Falkner, Klein & Hutter, ICML 2018, as in HpBandSter 0.7.4", "{strategy: bohb, eta: 3}", make_bohb,
     true,
     "eta = 3 (whole, from 2); variant = hpbandster, or another of hyperband's; brackets = overlapping | "
     "one_by_one; min_points_in_model = parameters + 1 (whole, from that); top_n_percent = 15 (whole, 1 to "
     "99); num_samples = 64 (whole, from 1); random_fraction = 1/3 (0 to 1); bandwidth_factor = 3 (0.01 to "
     "100)"},
    {"dehb", "differential evolution in the brackets of Hyperband",
     "Awad, Mallik & Hutter, IJCAI 2021, as in DEHB 0.1.2", "{strategy: dehb, eta: 3}", make_dehb, false,
     "eta = 3 (whole, from 2); mutation_factor = 0.5 (more than 0, to 2); crossover_rate = 0.5 (0 to 1)"},
    {"asynchronous_hyperband", "ASHA in each bracket of Hyperband", "Li et al., MLSys 2020, section 3.2",
     "{strategy: asynchronous_hyperband, eta: 3}", make_asynchronous_hyperband, false,
     "eta = 3 (whole, from 2); sampler = random"},
    {"asha", "promote whoever is in the top 1/eta of a rung, whenever a worker is free",
     "Li et al., MLSys 2020, algorithm 2; variants syne_tune, neps", "{strategy: asha, eta: 3}", make_asha,
     false,
     "eta = 3 (whole, from 2); variant = paper | syne_tune | neps; after_last_trial = promote | stop;"
     " sampler = random"},
    {"pasha", "ASHA that adds a rung whenever the ranking at its top rung is not stable",
     "Bohdal et al., ICLR 2023, algorithm 1; epsilon as in Syne Tune 0.13", "{strategy: pasha, eta: 3}",
     make_pasha, false,
     "eta = 3 (whole, from 2); epsilon_percentile = 90 (more than 0, to 100); report_every = resource.min "
     "(more than 0); sampler = random"},
    {"asha_joules", "ASHA whose rungs are joules drawn instead of resource",
     "ours; promotion: Li et al., MLSys 2020, algorithm 2",
     "{strategy: asha_joules, min_energy: 2 J, max_energy: 18 J}", make_asha_joules, false,
     "min_energy, max_energy (energies, more than 0); eta = 3 (whole, from 2); sampler = random"},
    {"asha_stopping", "at each rung a trial goes on or stops, at once",
     "Syne Tune 0.13, StoppingRungSystem; variants syne_tune_0.15, ray, optuna",
     "{strategy: asha_stopping, eta: 3}", make_asha_stopping, false,
     "eta = 3 (whole, from 2); variant = syne_tune_0.13 | syne_tune_0.15 | ray | optuna; sampler = "
     "random"},
    {"median_stopping", "stop a trial that is worse than the median at its step",
     "Golovin et al., KDD 2017, section 3.2.2; variants ray, syne_tune, optuna",
     "{strategy: median_stopping}", make_median_stopping, false,
     "variant = paper | ray | syne_tune | optuna; report_every = resource.min (more than 0); ray: "
     "grace_period = 1 (whole), min_samples_required = 3 (whole, from 1); syne_tune: running_average "
     "= true, grace_time = 1 (whole), grace_population = 5 (whole), rank_cutoff = 0.5 (0 to 1); "
     "optuna: those of percentile; sampler = random"},
    {"percentile", "stop a trial that is worse than a percentile of the complete ones at its step",
     "Optuna 4.9, PercentilePruner", "{strategy: percentile, percentile: 25}", make_percentile, false,
     "percentile (0 to 100); n_startup_trials = 5 (whole); n_min_trials = 1 (whole, from 1); "
     "n_warmup_steps = 0 (whole); interval_steps = 1 (whole, from 1); report_every = resource.min "
     "(more than 0); sampler = random"},
    {"patient", "stop a trial that the median would stop, once it has not improved for some steps",
     "Optuna 4.9, PatientPruner", "{strategy: patient, patience: 2}", make_patient, false,
     "patience = 1 (whole); min_delta = 0 (at least 0); wrapped = median | none; n_startup_trials = 5"
     " (whole); n_min_trials = 1 (whole, from 1); n_warmup_steps = 0 (whole); interval_steps = 1 "
     "(whole, from 1) (of the median); report_every = resource.min (more than 0); sampler = random"},
    {"threshold", "stop a trial whose metric leaves a range", "Optuna 4.9, ThresholdPruner",
     "{strategy: threshold, upper: 1}", make_threshold, false,
     "upper, lower (one of them at least); n_warmup_steps = 0 (whole); interval_steps = 1 (whole, "
     "from 1); report_every = resource.min (more than 0); sampler = random"},
    {"wilcoxon", "stop a trial that the signed-rank test finds worse than the best",
     "Optuna 4.9, WilcoxonPruner", "{strategy: wilcoxon}", make_wilcoxon, false,
     "p_threshold = 0.1 (0 to 1); n_startup_steps = 0 (whole); report_every = resource.min (more than"
     " 0); sampler = random"},
    {"external", "a program of yours decides: ask and tell over JSON lines", "docs/external.md, protocol 1",
     "{strategy: external, command: [python3, programs/random_search.py]}", make_external, false,
     "command (list of words); timeout = 60 s (real time for one answer; 1 ms to 7 days); curve_every"
     " = no curves (resource, more than 0)"},
});

}  // namespace

std::span<const StrategyEntry> strategies() { return table; }

std::string_view parameters_of(const StrategyEntry& entry) {
  if (!entry.parameters.empty()) return entry.parameters;
  for (const SamplerEntry& sampler : samplers())
    if (sampler.name == entry.name) return sampler.parameters;
  return "none";
}

}  // namespace campaign_sim
