#include "analysis/calibration/block_least_squares.hpp"

#include <Eigen/Dense>
#include <algorithm>

namespace campaign_sim::calibration {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr int most_steps = 100;

Index length(const Numbers& numbers) { return static_cast<Index>(numbers.size()); }

auto as_vector(const Numbers& numbers) { return Eigen::Map<const VectorXd>(numbers.data(), length(numbers)); }

// Central differences along each entry of `at`.
MatrixXd slopes_along(const std::function<Numbers(const Numbers&)>& residuals, const Numbers& at,
                      Index rows) {
  constexpr double step = 1e-4;
  MatrixXd slopes(rows, length(at));
  Numbers moved = at;
  for (std::size_t i = 0; i < at.size(); ++i) {
    moved[i] = at[i] + step;
    const Numbers above = residuals(moved);
    moved[i] = at[i] - step;
    const Numbers below = residuals(moved);
    slopes.col(static_cast<Index>(i)) = (as_vector(above) - as_vector(below)) / (2 * step);
    moved[i] = at[i];
  }
  return slopes;
}

// One block's part of the normal equations.
struct BlockNormal {
  MatrixXd shared, mixed, own;  // the products of its slopes
  VectorXd shared_gradient, own_gradient;
};

BlockNormal normal_of(const BlockProblem& problem, const BlockSolution& at, std::size_t block) {
  const Numbers at_hand = problem.residuals(block, at.shared, at.own[block]);
  const auto residuals = as_vector(at_hand);
  const MatrixXd shared =
      slopes_along([&](const Numbers& moved) { return problem.residuals(block, moved, at.own[block]); },
                   at.shared, residuals.size());
  const MatrixXd own =
      slopes_along([&](const Numbers& moved) { return problem.residuals(block, at.shared, moved); },
                   at.own[block], residuals.size());
  return {shared.transpose() * shared, shared.transpose() * own, own.transpose() * own,
          shared.transpose() * residuals, own.transpose() * residuals};
}

MatrixXd damped(MatrixXd products, double damping) {
  for (Index i = 0; i < products.rows(); ++i) products(i, i) += damping * std::max(products(i, i), 1e-9);
  return products;
}

// Goes `move` back, at most 2 along each number; returns how far it went.
VectorXd go_back(Numbers& numbers, const VectorXd& move) {
  const VectorXd step = -move.cwiseMax(-2.0).cwiseMin(2.0);
  Eigen::Map<VectorXd>(numbers.data(), length(numbers)) += step;
  return step;
}

BlockSolution moved(const BlockSolution& from, const std::vector<BlockNormal>& normals, double damping) {
  const Index count = length(from.shared);
  MatrixXd products = MatrixXd::Zero(count, count);
  MatrixXd eliminated = MatrixXd::Zero(count, count);
  VectorXd gradient = VectorXd::Zero(count);
  for (const BlockNormal& n : normals) {
    products += n.shared;
    gradient += n.shared_gradient;
    if (n.own.rows() == 0 || count == 0) continue;
    const auto own = damped(n.own, damping).ldlt();
    eliminated += n.mixed * own.solve(n.mixed.transpose());
    gradient -= n.mixed * own.solve(n.own_gradient);
  }
  BlockSolution to = from;
  VectorXd step = VectorXd::Zero(0);
  if (count > 0) step = go_back(to.shared, (damped(products, damping) - eliminated).ldlt().solve(gradient));
  for (std::size_t i = 0; i < normals.size(); ++i)
    if (const BlockNormal& n = normals[i]; n.own.rows() > 0)
      go_back(to.own[i], damped(n.own, damping).ldlt().solve(n.own_gradient + n.mixed.transpose() * step));
  return to;
}

double sum_of_squares(const BlockProblem& problem, const BlockSolution& at) {
  double sum = 0;
  for (std::size_t i = 0; i < problem.blocks; ++i)
    for (const double residual : problem.residuals(i, at.shared, at.own[i])) sum += residual * residual;
  return sum;
}

}  // namespace

BlockSolution minimise(const BlockProblem& problem, BlockSolution start) {
  BlockSolution best = std::move(start);
  best.sum = sum_of_squares(problem, best);
  std::vector<BlockNormal> normals;
  double damping = 1e-2;
  for (int step = 0; step < most_steps && damping < 1e8; ++step) {
    if (normals.empty())
      for (std::size_t i = 0; i < problem.blocks; ++i) normals.push_back(normal_of(problem, best, i));
    BlockSolution there = moved(best, normals, damping);
    there.sum = sum_of_squares(problem, there);
    if (!(there.sum < best.sum)) {
      damping *= 4;
      continue;
    }
    const bool settled = best.sum - there.sum < 1e-9 * best.sum;
    best = std::move(there);
    normals.clear();
    damping = std::max(damping / 3, 1e-9);
    if (settled) break;
  }
  return best;
}

}  // namespace campaign_sim::calibration
