// What a trial sends between its accelerators and reads from storage, where the scenario states it.
#pragma once

#include "sim/config/reader.hpp"
#include "sim/workload/workload.hpp"

namespace campaign_sim {

// Reads `exchanges` and `input_per_unit` into a cost whose accelerators are known.
void read_stated_traffic(Reader& workload, TrainingCost& cost);

}  // namespace campaign_sim
