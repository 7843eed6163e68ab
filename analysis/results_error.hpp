// A results folder that cannot be billed or drawn.
#pragma once

#include <stdexcept>

namespace campaign_sim {

// What is wrong with a results folder, and the fix.
class ResultsError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace campaign_sim
