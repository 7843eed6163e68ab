// The minimum of a smooth function within a box, near a start: BFGS (Nocedal and Wright, "Numerical
// Optimization", ch. 6) with steps projected on the box and coordinates held at a bound that the gradient
// pushes against (Bertsekas, SIAM J. Control and Optimization 20, 1982).
#pragma once

#include <functional>
#include <span>
#include <vector>

namespace campaign_sim {

// The value at a point; writes the gradient. Not finite: never go there.
using SmoothFunction = std::function<double(std::span<const double> at, std::span<double> gradient)>;

struct Box {
  std::vector<double> low;
  std::vector<double> high;
};

struct Minimum {
  std::vector<double> at;
  double value;
};

Minimum minimise(const SmoothFunction& function, std::vector<double> start, const Box& box,
                 int most_evaluations);

}  // namespace campaign_sim
