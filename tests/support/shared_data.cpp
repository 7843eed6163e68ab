#include "tests/support/shared_data.hpp"

#include <fstream>
#include <nlohmann/json.hpp>

namespace campaign_sim::testing {

std::optional<nlohmann::json> oracle(const std::string& family) {
  const auto path = shared_file("oracles/" + family + ".json");
  if (!path) return std::nullopt;
  std::ifstream file{*path};
  return nlohmann::json::parse(file);
}

}  // namespace campaign_sim::testing
