#include "sim/workload/quality.hpp"

#include <array>

#include "sim/config/reader.hpp"

namespace campaign_sim {

std::unique_ptr<Quality> read_free_quality(Reader& workload, const WorkloadProblem& problem,
                                           const std::vector<std::size_t>& fields) {
  constexpr auto kinds = std::to_array<std::string_view>({"none", "random", "landscape"});
  Reader quality = workload.chosen_section("quality", "kind", "none");
  const std::string kind = quality.one_of("kind", kinds);
  if (kind == "random") return make_random_quality(quality, problem);
  if (kind != "landscape") return make_no_quality();
  return make_landscape(quality, problem, fields);
}

}  // namespace campaign_sim
