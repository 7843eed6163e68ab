#include "tests/support/project_root.hpp"

namespace campaign_sim::testing {

std::filesystem::path project_root() { return CAMPAIGN_SIM_ROOT; }

}  // namespace campaign_sim::testing
