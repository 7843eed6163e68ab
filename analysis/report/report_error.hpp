// What keeps a report from being written, for the user to mend.
#pragma once

#include <stdexcept>

namespace campaign_sim {

class ReportError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace campaign_sim
