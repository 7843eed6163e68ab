#include "analysis/statistics/rank_regression.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>

#include "analysis/statistics/summaries.hpp"
#include "sim/core/expect.hpp"

namespace campaign_sim::statistics {

namespace {

// Ranks with mean 0 and length 1; all 0 if they do not vary.
Eigen::VectorXd standardised_ranks(std::span<const double> sample) {
  const std::vector<double> ranks = midranks(sample);
  Eigen::VectorXd column =
      Eigen::Map<const Eigen::VectorXd>(ranks.data(), static_cast<Eigen::Index>(ranks.size()));
  column.array() -= column.mean();
  const double length = column.norm();
  return length > 0 ? Eigen::VectorXd{column / length} : column;
}

}  // namespace

RankRegression rank_regression(const std::vector<std::vector<double>>& inputs,
                               std::span<const double> output) {
  RankRegression result;
  if (output.size() < inputs.size() + 2) {
    constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
    return {std::vector<double>(inputs.size(), unknown), unknown};
  }
  Eigen::MatrixXd columns(static_cast<Eigen::Index>(output.size()), static_cast<Eigen::Index>(inputs.size()));
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    CS_EXPECT(inputs[i].size() == output.size());
    columns.col(static_cast<Eigen::Index>(i)) = standardised_ranks(inputs[i]);
  }
  const Eigen::VectorXd target = standardised_ranks(output);
  const Eigen::VectorXd slopes = columns.completeOrthogonalDecomposition().solve(target);
  if (target.norm() > 0)
    result.explained = std::clamp(1 - (target - columns * slopes).squaredNorm(), 0.0, 1.0);
  const double squares = slopes.squaredNorm();
  for (const double slope : slopes)
    result.shares.push_back(squares > 0 ? result.explained * (slope * slope / squares) : 0);
  return result;
}

}  // namespace campaign_sim::statistics
