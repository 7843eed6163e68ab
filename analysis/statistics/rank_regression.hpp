// Which of several inputs, all drawn at once, an output hangs on: regression of its ranks on theirs.
//
// A share is the square of the standardised coefficient (Iman & Conover, "The use of the rank transform in
// regression", Technometrics 21, 1979). With independent inputs the shares add up to about `explained`, the
// R² of the regression: the part of the output's ups and downs that rising and falling with the inputs
// accounts for. What bends back, or comes of two inputs together, is not seen: `explained` is then well
// below 1.
#pragma once

#include <span>
#include <vector>

namespace campaign_sim::statistics {

struct RankRegression {
  std::vector<double> shares;  // by input
  double explained = 0;
};

// `inputs` hold a number per sample each. An output or an input that never varies has shares of 0. Where
// there are fewer than inputs + 2 samples everything is NaN.
RankRegression rank_regression(const std::vector<std::vector<double>>& inputs,
                               std::span<const double> output);

}  // namespace campaign_sim::statistics
