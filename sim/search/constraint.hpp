// Constraints between parameters, written as a person would: `width % heads == 0`,
// `layers * width <= 8192`, `optimiser_state < 3 or batch >= 64`.
//
// Numbers, parameter names, + - * / % (of reals, sign of the left side), unary minus, parentheses,
// < <= == != > >=, and, or, not. A constraint that mentions an inactive parameter holds. A division by
// zero is no number, and a comparison with no number does not hold (but != does).
#pragma once

#include <stdexcept>
#include <string>

#include "sim/core/space.hpp"

namespace campaign_sim {

// What is wrong with a constraint's text, and where.
class ConstraintError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Throws ConstraintError. The result refers to nothing outside itself.
Constraint parse_constraint(const std::string& text, const Space& space);

}  // namespace campaign_sim
