// What goes wrong when results are written: the folder exists, the disk is full. The user can fix it.
#pragma once

#include <stdexcept>

namespace campaign_sim {

class OutputError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace campaign_sim
