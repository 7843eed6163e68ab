#include "sim/workload/scaling_law.hpp"

#include <catch2/catch.hpp>
#include <cmath>

using namespace campaign_sim;

namespace {

constexpr LearningParameters silent{.luck = 0, .noise = 0};
constexpr Training chinchilla{70e9, 5.88e23, 1.5e6, 1.4e12, 32000, std::nullopt};

}  // namespace

TEST_CASE("the law gives the published losses") {
  // Hoffmann et al. 2022 at Chinchilla's and Gopher's size and data: 1.69 + 406.4/N^0.34 + 410.7/D^0.28.
  CHECK(loss_of(hoffmann_2022, 70e9, 1.4e12) == Approx(1.937).epsilon(0.001));
  CHECK(loss_of(hoffmann_2022, 280e9, 300e9) == Approx(1.993).epsilon(0.001));
  // With the refit, 20 tokens a parameter are close to the best use of Chinchilla's compute (6 N D); with the
  // rounded constants of the paper they are not (Besiroglu et al. 2024).
  const auto best_tokens_per_parameter = [](const ScalingFit& fit) {
    double best = 0;
    double lowest = 1e9;
    for (double ratio = 1; ratio < 500; ratio *= 1.01) {
      const double n = std::sqrt(5.76e23 / (6 * ratio));
      if (const double loss = loss_of(fit, n, ratio * n); loss < lowest) lowest = loss, best = ratio;
    }
    return best;
  };
  CHECK(best_tokens_per_parameter(besiroglu_2024) == Approx(20).margin(6));
  CHECK(best_tokens_per_parameter(hoffmann_2022) > 60);
}

TEST_CASE("training starts at the loss of guessing and falls") {
  CHECK(training_loss(silent, chinchilla, 0, 1, 1) == std::log(32000));
  CHECK(training_loss(silent, chinchilla, 1e-12, 1, 1) == std::log(32000));
  double last = std::log(32000);
  for (double done = 0.001; done <= 1; done *= 2) {
    const double loss = training_loss(silent, chinchilla, done, 1, 1);
    CHECK(loss < last);
    last = loss;
  }
}

TEST_CASE("large batches waste data") {
  Training large = chinchilla;
  large.batch_tokens = critical_batch_tokens(loss_of(hoffmann_2022, 70e9, 1.4e12));
  Training tiny = chinchilla;
  tiny.batch_tokens = 1;
  // At the critical batch half of the data counts.
  CHECK(training_loss(silent, large, 1, 1, 1) ==
        Approx(training_loss(silent, tiny, 0.5, 1, 1)).epsilon(1e-6));
}

TEST_CASE("the best learning rate falls with compute and both sides of it cost") {
  // 0.3118 C^-0.125 (Bi et al. 2024) at 1e20 FLOPs: 0.3118 · 10^-2.5.
  CHECK(best_learning_rate(1e20) == Approx(9.86e-4).epsilon(0.001));
  Training t = chinchilla;
  t.learning_rate = best_learning_rate(t.flops);
  const double best = training_loss(silent, t, 1, 1, 1);
  CHECK(best == Approx(training_loss(silent, chinchilla, 1, 1, 1)));
  t.learning_rate = *t.learning_rate / 10;
  CHECK(training_loss(silent, t, 1, 1, 1) == Approx(best + 0.15));
}

TEST_CASE("a learning rate beyond the limit diverges, from some point on and for good") {
  Training t = chinchilla;
  t.learning_rate = 16 * best_learning_rate(t.flops);  // twice the limit
  int diverged_late = 0;
  for (std::uint64_t subject = 0; subject < 200; ++subject) {
    bool diverged = false;
    for (double done = 0.05; done <= 1; done += 0.05) {
      const bool infinite = std::isinf(training_loss(silent, t, done, 1, subject));
      CHECK((infinite || !diverged));
      if (infinite && !diverged && done > 0.25) ++diverged_late;
      diverged = infinite;
    }
    CHECK(diverged);  // all before half of the trial, at twice the limit
  }
  CHECK(diverged_late > 50);
  CHECK(diverged_late < 150);
  t.learning_rate = 7.9 * best_learning_rate(t.flops);
  CHECK(std::isfinite(training_loss(silent, t, 1, 1, 1)));
}

TEST_CASE("luck stays with a trial, noise is new at each evaluation") {
  LearningParameters p{.luck = 0.1, .noise = 0};
  const double luck = training_loss(p, chinchilla, 1, 1, 7) - training_loss(silent, chinchilla, 1, 1, 7);
  CHECK(luck != 0);
  CHECK(training_loss(p, chinchilla, 0.5, 1, 7) - training_loss(silent, chinchilla, 0.5, 1, 7) ==
        Approx(luck));
  CHECK(training_loss(p, chinchilla, 1, 2, 7) != training_loss(p, chinchilla, 1, 1, 7));
  p = {.luck = 0, .noise = 0.1};
  const double noise = training_loss(p, chinchilla, 1, 1, 7) - training_loss(silent, chinchilla, 1, 1, 7);
  CHECK(training_loss(p, chinchilla, 0.5, 1, 7) - training_loss(silent, chinchilla, 0.5, 1, 7) !=
        Approx(noise));
  CHECK(training_loss(p, chinchilla, 1, 1, 7) == training_loss(p, chinchilla, 1, 1, 7));
}
