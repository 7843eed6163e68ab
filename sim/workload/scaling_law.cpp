#include "sim/workload/scaling_law.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "sim/core/random.hpp"

namespace campaign_sim {

namespace {

enum Draw : std::uint64_t { luck_draw = 0, divergence_draw = 1 };

// The fraction of the trial at which a too large learning rate diverges: early and late are equally likely
// just beyond the limit, far beyond it only early ones remain.
double divergence_point(double times_the_limit, std::uint64_t seed, std::uint64_t subject) {
  return RandomStream{seed, Purpose::curve, subject}.uniform(divergence_draw) / times_the_limit;
}

}  // namespace

double loss_of(const ScalingFit& fit, double parameters, double tokens) {
  return fit.irreducible + fit.parameter_factor * std::pow(parameters, -fit.parameter_exponent) +
         fit.data_factor * std::pow(tokens, -fit.data_exponent);
}

double best_learning_rate(double training_flops) { return 0.3118 * std::pow(training_flops, -0.125); }

double critical_batch_tokens(double loss) { return 2e8 * std::pow(loss, -1 / 0.21); }

double training_loss(const LearningParameters& p, const Training& training, double done, std::uint64_t seed,
                     std::uint64_t subject) {
  const double untrained = std::log(training.vocabulary);  // all tokens equally likely
  double penalty = 0;
  if (training.learning_rate) {
    const double best = p.best_learning_rate.value_or(best_learning_rate(training.flops));
    const double ratio = *training.learning_rate / best;
    const double beyond = ratio / p.divergence;
    if (beyond > 1 && done >= divergence_point(beyond, seed, subject))
      return std::numeric_limits<double>::infinity();
    const double decades = std::log10(ratio);
    penalty = p.curvature * decades * decades;
  }
  if (done <= 0) return untrained;
  const double critical = critical_batch_tokens(loss_of(p.fit, training.parameters, training.tokens));
  const double useful = done * training.tokens / (1 + training.batch_tokens / critical);
  double loss = loss_of(p.fit, training.parameters, useful) + penalty;
  if (p.luck > 0) loss += p.luck * RandomStream{seed, Purpose::curve, subject}.normal(luck_draw);
  if (p.noise > 0)
    loss += p.noise *
            RandomStream{seed, Purpose::curve_noise, subject}.normal(std::bit_cast<std::uint64_t>(done));
  return std::min(loss, untrained);
}

}  // namespace campaign_sim
