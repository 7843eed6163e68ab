// How a scenario gives the constants of Pollux' throughput model.
#pragma once

#include <memory>

#include "sim/workload/throughput.hpp"

namespace campaign_sim {

// `pollux: [{accelerator: …, alpha_grad: 10 ms, …}, …]`. Null after a mistake.
std::shared_ptr<const Throughput> read_pollux(Reader& throughput);

}  // namespace campaign_sim
