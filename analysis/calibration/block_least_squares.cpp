#include "analysis/calibration/block_least_squares.hpp"

#include <algorithm>

namespace campaign_sim::calibration {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr int most_steps = 100;

// Central differences along each entry of `at`.
MatrixXd slopes_along(const std::function<VectorXd(const VectorXd&)>& residuals, const VectorXd& at,
                      Index rows) {
  constexpr double step = 1e-4;
  MatrixXd slopes(rows, at.size());
  VectorXd moved = at;
  for (Index i = 0; i < at.size(); ++i) {
    moved[i] = at[i] + step;
    const VectorXd above = residuals(moved);
    moved[i] = at[i] - step;
    slopes.col(i) = (above - residuals(moved)) / (2 * step);
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
  const VectorXd residuals = problem.residuals(block, at.shared, at.own[block]);
  const MatrixXd shared =
      slopes_along([&](const VectorXd& moved) { return problem.residuals(block, moved, at.own[block]); },
                   at.shared, residuals.size());
  const MatrixXd own =
      slopes_along([&](const VectorXd& moved) { return problem.residuals(block, at.shared, moved); },
                   at.own[block], residuals.size());
  return {shared.transpose() * shared, shared.transpose() * own, own.transpose() * own,
          shared.transpose() * residuals, own.transpose() * residuals};
}

MatrixXd damped(MatrixXd products, double damping) {
  for (Index i = 0; i < products.rows(); ++i) products(i, i) += damping * std::max(products(i, i), 1e-9);
  return products;
}

VectorXd bounded(const VectorXd& move) { return move.cwiseMax(-2.0).cwiseMin(2.0); }

BlockSolution moved(const BlockSolution& from, const std::vector<BlockNormal>& normals, double damping) {
  const Index count = from.shared.size();
  MatrixXd products = MatrixXd::Zero(count, count);
  MatrixXd eliminated = MatrixXd::Zero(count, count);
  VectorXd gradient = VectorXd::Zero(count);
  for (const BlockNormal& n : normals) {
    products += n.shared;
    gradient += n.shared_gradient;
    if (n.own.rows() == 0) continue;
    const auto own = damped(n.own, damping).ldlt();
    eliminated += n.mixed * own.solve(n.mixed.transpose());
    gradient -= n.mixed * own.solve(n.own_gradient);
  }
  BlockSolution to = from;
  if (count > 0) to.shared -= bounded((damped(products, damping) - eliminated).ldlt().solve(gradient));
  const VectorXd step = to.shared - from.shared;
  for (std::size_t i = 0; i < normals.size(); ++i)
    if (const BlockNormal& n = normals[i]; n.own.rows() > 0)
      to.own[i] -= bounded(damped(n.own, damping).ldlt().solve(n.own_gradient + n.mixed.transpose() * step));
  return to;
}

double sum_of_squares(const BlockProblem& problem, const BlockSolution& at) {
  double sum = 0;
  for (std::size_t i = 0; i < problem.blocks; ++i)
    sum += problem.residuals(i, at.shared, at.own[i]).squaredNorm();
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
