// Which of several inputs, all drawn at once, an output hangs on: regression of its ranks on theirs.
//
// `explained` is the R² of the regression: the part of the variance of the output's ranks that rising and
// falling with the inputs accounts for. With independent inputs it is the sum of the squared standardised
// coefficients (Saltelli et al., "Global Sensitivity Analysis: The Primer", Wiley 2008, chapter 1; of
// ranks: Iman & Conover, "The use of the rank transform in regression", Technometrics 21, 1979). In a finite
// sample the inputs' ranks are never quite independent and the squares add up to something else, at times to
// more than 1; so a share is R² divided among the inputs in proportion to the squares. What bends back, or
// comes of two inputs together, is not seen: `explained` is then well below 1.
#pragma once

#include <span>
#include <vector>

namespace campaign_sim::statistics {

struct RankRegression {
  std::vector<double> shares;  // by input; they add up to `explained`
  double explained = 0;
};

// `inputs` hold a number per sample each. An output or an input that never varies has shares of 0. Where
// there are fewer than inputs + 2 samples everything is NaN.
RankRegression rank_regression(const std::vector<std::vector<double>>& inputs,
                               std::span<const double> output);

}  // namespace campaign_sim::statistics
