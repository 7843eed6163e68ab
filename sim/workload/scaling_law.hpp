// The loss of a language model as a function of its size, its data and its settings.
//
//   L = E + A / N^alpha + B / D^beta + curvature · log10(rate / best rate)^2 + luck + noise,   at most ln V
//
// Hoffmann et al., "Training compute-optimal large language models", 2022, equation 10 for the first three
// terms, here read along a run (the source fits ends of runs). D counts what large batches waste:
// D = tokens / (1 + batch / critical batch), after McCandlish et al. 2018. The best learning rate falls with
// compute: 0.3118 C^-0.125, C = FLOPs of the complete trial (Bi et al., "DeepSeek LLM", 2024, section 3.1).
// The last terms and the divergence rule are this program's own assumptions; see docs/models.md.
#pragma once

#include <cstdint>
#include <optional>

#include "sim/core/trial.hpp"

namespace campaign_sim {

struct ScalingFit {
  double irreducible, parameter_factor, data_factor, parameter_exponent,
      data_exponent;  // E, A, B, alpha, beta
};
// Hoffmann et al. 2022, approach 3, as printed.
inline constexpr ScalingFit hoffmann_2022{1.69, 406.4, 410.7, 0.34, 0.28};
// Besiroglu et al., "Chinchilla scaling: a replication attempt", 2024: the same form fitted again.
inline constexpr ScalingFit besiroglu_2024{1.8172, 482.01, 2085.43, 0.3478, 0.3658};

double loss_of(const ScalingFit& fit, double parameters, double tokens);

// The learning rate with the lowest loss for training with so much compute.
double best_learning_rate(double training_flops);

// Tokens above which a larger batch wastes data, at a loss: 2·10^8 L^(-1/0.21), Kaplan et al. 2020,
// section 5.1.
double critical_batch_tokens(double loss);

struct LearningParameters {
  ScalingFit fit = hoffmann_2022;
  std::optional<double> best_learning_rate = std::nullopt;  // nothing: best_learning_rate(compute)
  double curvature = 0.15;                                  // nats for a learning rate ten times off
  double divergence = 8;  // learning rates beyond so many times the best diverge
  double luck = 0.005;    // nats, between two runs
  double noise = 0.002;   // nats, between two evaluations
};

// One training, from the point of view of its loss.
struct Training {
  double parameters;
  double flops;  // of the complete trial
  double batch_tokens;
  double tokens;  // of the complete trial
  double vocabulary;
  std::optional<double> learning_rate;  // nothing: the best
};

// Loss in nats per token after a fraction of the trial's tokens; infinite once it has diverged.
double training_loss(const LearningParameters& parameters, const Training& training, double done,
                     std::uint64_t seed, std::uint64_t subject);

}  // namespace campaign_sim
