#include "sim/results/read_back.hpp"

#include "sim/core/checksum.hpp"
#include "sim/results/output_error.hpp"

namespace campaign_sim {

std::string read_back(const std::filesystem::path& file) {
  const auto sum = checksum_of(file);
  if (!sum) throw OutputError{"cannot read back " + file.string()};
  return *sum;
}

}  // namespace campaign_sim
