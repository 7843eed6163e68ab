// A power cap that belongs to the trial: fixed in `workload:`, or searched as `power_cap` of the space. And
// how it meets one: `bursts`.
#pragma once

#include <memory>

#include "sim/workload/registry.hpp"

namespace campaign_sim {

// Makes the entry's workload. With a `power_cap` or `bursts` each cost carries them; a searched one is taken
// out of the space first, so that a trial learns the same under every cap.
std::unique_ptr<Workload> make_workload(const WorkloadEntry& entry, Reader& workload,
                                        const WorkloadProblem& problem);

}  // namespace campaign_sim
