// The workloads that a scenario can name.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/workload/workload.hpp"

namespace campaign_sim {

class Reader;

// What a workload is made for.
struct WorkloadProblem {
  const Space& space;
  Resource max_resource = 1;
  std::uint64_t seed = 0;
  std::filesystem::path folder;        // of the scenario: relative file names are relative to it
  std::string resource_unit = "step";  // what one unit of resource is: step, epoch, token
  std::vector<Device> devices = {};    // of the platform's clusters
};

struct WorkloadEntry {
  std::string_view name;           // in a scenario: `workload: {kind: transformer}`
  std::string_view summary;        // one line for `campaign-sim list workloads`
  std::string_view example;        // the smallest valid `workload:` section; the contract tests run it…
  std::string_view example_space;  // …with this `space:` section
  std::unique_ptr<Workload> (*make)(Reader& workload, const WorkloadProblem& problem);
};

std::span<const WorkloadEntry> workloads();

}  // namespace campaign_sim
