// What a point is worth trying for, from the posterior of its loss: mean and standard deviation. Losses
// are minimised. Expected improvement: Močkus (1978), Jones, Schonlau and Welch (1998); its logarithm far
// in the tail: Ament et al., "Unexpected improvements to expected improvement", NeurIPS 2023; probability
// of improvement: Kushner (1964); lower confidence bound: Cox and John (1992).
#pragma once

namespace campaign_sim {

struct Posterior {
  double mean;
  double deviation;
};

double expected_improvement(const Posterior& loss, double best);
double log_expected_improvement(const Posterior& loss, double best);
double probability_of_improvement(const Posterior& loss, double best);
double lower_confidence_bound(const Posterior& loss, double deviations);

// log h(z), h(z) = φ(z) + z Φ(z): the expected improvement of a standardised loss. Finite for every
// finite z, where h itself is 0 in double precision below z = -38.
double log_standard_improvement(double z);
// Its derivative, Φ(z) / h(z).
double log_standard_improvement_slope(double z);

}  // namespace campaign_sim
