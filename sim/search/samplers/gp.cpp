// Bayesian optimisation with a Gaussian process.
//
// Jones, Schonlau and Welch (1998); Snoek, Larochelle and Adams, "Practical Bayesian optimization of machine
// learning algorithms", NIPS 2012: ARD Matérn 5/2 on the unit cube, standardised losses, the covariance by
// maximum marginal likelihood from several starts. Before they are standardised, losses are warped as Vizier
// does (warped_losses.hpp), unless `warp: none`; then a failed trial is as bad as the worst other. Trials
// that run have no loss yet: they get the best, the mean or the worst one so far (constant liar) or the
// posterior mean (kriging believer), after Ginsbourger, Le Riche and Carraro (2010). A trial that is paused
// at a rung counts with the loss it has there.
//
// Unordered choices are one-hot, and an inactive parameter differs from every active value. The covariance
// is fitted anew whenever the number of losses has grown by a tenth, so that all fits together cost as much
// as a few of the last one, O(n³); in between the Cholesky factor grows by a row a trial. With many losses
// the latest fit is the only start: what a tenth more of them changes is found near it.
//
// `acquisition: ei_per_joule` is Snoek's expected improvement per second (section 3.2) with joules in place
// of seconds: a second process models the logarithm of what trials drew, and expected improvement is divided
// by the energy that it expects. Only trials with a finite loss teach it: what failed early drew little, but
// is no cheap training.
#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "sim/config/reader.hpp"
#include "sim/search/model/gaussian_process.hpp"
#include "sim/search/model/warped_losses.hpp"
#include "sim/search/sampler_makers.hpp"
#include "sim/search/samplers/draws.hpp"
#include "sim/search/samplers/gp_acquisition.hpp"
#include "sim/search/samplers/gp_features.hpp"
#include "sim/search/samplers/trial_history.hpp"
#include "sim/search/transform.hpp"

namespace campaign_sim {

namespace {

enum class Lie : std::uint8_t { best, mean, worst, posterior };

class GpSampler final : public Sampler {
 public:
  struct Settings {
    std::size_t n_startup_trials = 10;
    CovarianceKind covariance = CovarianceKind::matern_52;
    Acquisition acquisition;
    Lie lie = Lie::best;
    bool per_joule = false;
    bool warp = true;
    std::size_t fit_starts = 3;
    std::optional<double> noise_variance;
  };

  GpSampler(const Settings& settings, const SearchProblem& problem)
      : settings_{settings},
        space_{problem.space},
        seed_{problem.seed},
        features_{problem.space},
        fitted_{settings.covariance, std::vector<double>(features_.axes(), 0.5), 1.0,
                settings.noise_variance.value_or(1e-4)},
        gp_{fitted_, features_.axis_of_column()} {}

  std::optional<Configuration> propose(TrialId trial) override {
    auto configuration =
        modelled_.size() < std::max<std::size_t>(settings_.n_startup_trials, 2) || features_.axes() == 0
            ? random_configuration(space_, seed_, index(trial))
            : model_based(trial);
    history_.add(trial, configuration);
    return configuration;
  }

  void observe(TrialId trial, Resource resource, double loss) override {
    history_.observe(trial, resource, loss);
  }

  void spent(TrialId trial, Joules energy) override { history_.spent(trial, energy); }

  void finish(TrialId trial) override {
    if (const auto slot = history_.finish(trial)) {
      modelled_.push_back(*slot);
      points_.push_back(features_.of(history_.trials()[*slot].configuration));
    }
  }

 private:
  static constexpr std::size_t least_energies = 2;  // that a process can be fitted to
  static constexpr std::size_t many_losses = 100;
  static constexpr int most_evaluations = 40;  // of the likelihood, from each start
  static constexpr int few_evaluations = 15;   // with many losses, each of them O(n³)

  // Losses of the modelled trials, warped, with mean 0 and variance 1.
  std::vector<double> standard_losses() const {
    std::vector<double> losses;
    for (const std::size_t slot : modelled_) losses.push_back(history_.trials()[slot].loss);
    losses = settings_.warp ? warped_losses(losses) : finite_losses(losses);
    standardise(losses);
    return losses;
  }

  // To mean 0 and variance 1; returns what the standard deviation was (1 for equal values).
  static double standardise(std::vector<double>& values) {
    const auto n = static_cast<double>(values.size());
    const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
    double variance = 0;
    for (const double value : values) variance += (value - mean) * (value - mean) / n;
    const double deviation = variance > 0 ? std::sqrt(variance) : 1;
    for (double& value : values) value = (value - mean) / deviation;
    return deviation;
  }

  // Fits the process of the losses, and that of the energies, if the number of trials asks for it.
  void fit(const std::vector<double>& losses, Draws& draws) {
    if (static_cast<double>(modelled_.size()) < 1.1 * static_cast<double>(fitted_at_)) return;
    fitted_at_ = modelled_.size();
    fitted_ = fitted_to(points_, losses, fitted_, draws);
    gp_ = GaussianProcess{fitted_, features_.axis_of_column()};
    if (settings_.per_joule) fit_energy(draws);
  }

  Covariance fitted_to(const std::vector<std::vector<double>>& points, const std::vector<double>& values,
                       const Covariance& latest, Draws& draws) const {
    const bool many = points.size() > many_losses;
    std::vector<Covariance> starts = {latest};
    while (!many && starts.size() < settings_.fit_starts) {
      auto& start = starts.emplace_back(latest);
      for (double& length : start.length_scales)
        length = std::exp(std::log(0.05) + draws.uniform() * std::log(40.0));
      start.signal_variance = 1;
      start.noise_variance = std::exp(std::log(1e-6) + draws.uniform() * std::log(1e4));
    }
    return fit_covariance(starts, features_.axis_of_column(), points, values, settings_.noise_variance,
                          many ? few_evaluations : most_evaluations);
  }

  struct Energies {
    std::vector<std::vector<double>> points;
    std::vector<double> standard_logs;
    double deviation = 1;  // of the logarithms
  };
  Energies energies() const {
    Energies known;
    for (std::size_t i = 0; i < modelled_.size(); ++i) {
      const PastTrial& past = history_.trials()[modelled_[i]];
      if (!std::isfinite(past.loss) || !(past.energy > Joules{})) continue;
      known.points.push_back(points_[i]);
      known.standard_logs.push_back(std::log(past.energy.base()));
    }
    known.deviation = standardise(known.standard_logs);
    return known;
  }

  void fit_energy(Draws& draws) {
    const Energies known = energies();
    if (known.points.size() < least_energies) return;
    energy_fitted_ = fitted_to(known.points, known.standard_logs, energy_fitted_, draws);
    energy_gp_ = GaussianProcess{energy_fitted_, features_.axis_of_column()};
  }

  // The process of the energies; nothing while too few are known.
  std::optional<LogCost> cost() {
    if (!settings_.per_joule) return std::nullopt;
    const Energies known = energies();
    if (known.points.size() < least_energies) return std::nullopt;
    // What is at rest draws no more, so the known energies only grow at their end.
    while (energy_gp_.size() < known.points.size()) energy_gp_.add(known.points[energy_gp_.size()]);
    energy_gp_.set_values(known.standard_logs);
    return LogCost{&energy_gp_, known.deviation};
  }

  // Adds the running trials with what they are believed to reach.
  void add_running(std::vector<double>& losses) {
    const double best = *std::ranges::min_element(losses);
    const double worst = *std::ranges::max_element(losses);
    for (const auto& past : history_.trials()) {
      if (past.at_rest) continue;
      const auto point = features_.of(past.configuration);
      double lie = 0;  // the mean, of standardised losses
      if (settings_.lie == Lie::best) lie = best;
      if (settings_.lie == Lie::worst) lie = worst;
      if (settings_.lie == Lie::posterior) {
        gp_.set_values(losses);
        lie = gp_.posterior(point).mean;
      }
      gp_.add(point);
      losses.push_back(lie);
    }
    gp_.set_values(losses);
  }

  Configuration model_based(TrialId trial) {
    Draws draws{seed_, trial};
    auto losses = standard_losses();
    fit(losses, draws);
    gp_.shrink(std::min(gp_.size(), rows_at_rest_));
    while (gp_.size() < points_.size()) gp_.add(points_[gp_.size()]);
    rows_at_rest_ = points_.size();
    const double best = *std::ranges::min_element(losses);
    std::vector<std::size_t> order(losses.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {}, [&](std::size_t k) { return losses[k]; });
    std::vector<Configuration> good;
    for (std::size_t k = 0; k < std::min<std::size_t>(order.size(), 5); ++k)
      good.push_back(history_.trials()[modelled_[order[k]]].configuration);
    add_running(losses);

    AcquisitionSearch search{space_, features_, gp_, settings_.acquisition, best, cost()};
    auto found = search.maximum(good, draws);
    return found ? *found : random_configuration(space_, seed_, index(trial));
  }

  Settings settings_;
  const Space& space_;
  std::uint64_t seed_;
  GpFeatures features_;
  TrialHistory history_;
  std::vector<std::size_t> modelled_;  // slots of the trials at rest, in the order of their coming to rest
  std::vector<std::vector<double>> points_;
  Covariance fitted_;
  std::size_t fitted_at_ = 0;
  GaussianProcess gp_;
  Covariance energy_fitted_ = fitted_;
  GaussianProcess energy_gp_{energy_fitted_, features_.axis_of_column()};
  std::size_t rows_at_rest_ = 0;  // of the process; the others were running trials
};

}  // namespace

std::unique_ptr<Sampler> make_gp(Reader& section, const SearchProblem& problem) {
  constexpr std::string_view covariances[] = {"matern_52", "matern_32", "matern_12", "rbf"};
  constexpr std::string_view acquisitions[] = {"log_ei", "ei", "pi", "lcb", "ei_per_joule"};
  constexpr std::string_view parallel[] = {"constant_liar", "kriging_believer"};
  constexpr std::string_view lies[] = {"best", "mean", "worst"};
  constexpr std::string_view warps[] = {"vizier", "none"};
  constexpr double most_startup = 1e6;
  GpSampler::Settings settings;
  settings.n_startup_trials =
      static_cast<std::size_t>(section.integer_or("n_startup_trials", 10, between(2, most_startup)));
  const auto covariance = section.one_of_or("covariance", "matern_52", covariances);
  if (covariance == "matern_32") settings.covariance = CovarianceKind::matern_32;
  if (covariance == "matern_12") settings.covariance = CovarianceKind::matern_12;
  if (covariance == "rbf") settings.covariance = CovarianceKind::rbf;
  const auto acquisition = section.one_of_or("acquisition", "log_ei", acquisitions);
  if (acquisition == "ei") settings.acquisition.kind = AcquisitionKind::ei;
  if (acquisition == "pi") settings.acquisition.kind = AcquisitionKind::pi;
  settings.per_joule = acquisition == "ei_per_joule";
  if (acquisition == "lcb") {
    settings.acquisition.kind = AcquisitionKind::lcb;
    settings.acquisition.deviations = section.number_or("deviations", 2, between(0, 1000));
  }
  if (section.one_of_or("parallel", "constant_liar", parallel) == "kriging_believer") {
    settings.lie = Lie::posterior;
  } else {
    const auto lie = section.one_of_or("lie", "best", lies);
    settings.lie = lie == "best" ? Lie::best : lie == "mean" ? Lie::mean : Lie::worst;
  }
  settings.warp = section.one_of_or("warp", "vizier", warps) == "vizier";
  settings.fit_starts = static_cast<std::size_t>(section.integer_or("fit_starts", 3, between(1, 100)));
  if (section.has("noise_variance"))
    settings.noise_variance = section.number("noise_variance", between(1e-10, 1));
  return std::make_unique<GpSampler>(settings, problem);
}

}  // namespace campaign_sim
