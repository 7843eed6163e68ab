// The machines, as values: sites → clusters → nodes → accelerators.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/core/units.hpp"
#include "sim/platform/failures.hpp"
#include "sim/platform/network.hpp"
#include "sim/platform/site.hpp"
#include "sim/power/cap_response.hpp"
#include "sim/power/power_curve.hpp"

namespace campaign_sim {

class Reader;

// The power limits that an accelerator can be set to.
struct PowerLimit {
  Watts min;
  Watts max;
};

// What an accelerator draws while a trial holds it and does not train.
struct PhaseDraws {
  Watts context;      // a process holds it and waits; starting up
  Watts load;         // reading data
  Watts checkpoint;   // writing or reading one
  Watts communicate;  // exchanging with the other accelerators of its trial
};

// One GPU, or one TPU chip: a Cloud TPU "device" of four chips is four accelerators.
struct Accelerator {
  std::string name;
  Watts idle;                                  // powered, nothing running
  Watts max;                                   // the most it draws: TDP or board power; more than idle
  std::map<std::string, FlopsPerSecond> peak;  // dense, by precision: fp32, tf32, fp16, bf16, fp8
  Bytes memory;
  BytesPerSecond memory_bandwidth;
  PowerCurve curve = typical_power_curve();
  std::optional<BytesPerSecond> link_bandwidth;  // to the others of its node, one direction
  PhaseDraws draws;                              // at least idle, at most max
  std::optional<PowerLimit> power_limit;         // nothing: it takes no cap
  CapResponse cap_response;
  std::string architecture;  // the maker's name of the chip's generation: Hopper; empty: not said
};

// What making the machines emitted, and over how much use it is spread.
struct Embodied {
  Kilograms accelerator;
  Kilograms node;  // without its accelerators
  Kilograms network_switch;
  double switches = 0;  // of the whole cluster
  Seconds lifetime;
  double utilisation = 1;  // share of its life that a machine is held by somebody
};

// How what a node draws beside its accelerators rises with their work.
struct NodeLoad {
  Watts per_held;       // CPU and memory that feed an accelerator which a trial holds
  double per_watt = 0;  // fans and conversion losses, of what the accelerators draw above idle
};

struct ClusterSpec {
  std::string name;
  Site site;
  Accelerator accelerator;
  std::uint32_t nodes = 0;
  std::uint32_t accelerators_per_node = 0;
  std::optional<NetworkSpec> network;  // without one, what accelerators exchange costs nothing
  std::optional<StorageSpec> storage;  // without one, what they read costs nothing
  Watts node_base;                     // host CPU, memory, fans, switches: drawn whether or not anything runs
  NodeLoad node_load;
  std::optional<Watts> power_cap;    // of each accelerator, within its power_limit
  std::optional<Bytes> node_memory;  // of the host; for methods that count it
  MoneyPerSecond accelerator_price;  // for holding one accelerator, on demand
  std::optional<MoneyPerSecond> spot_price;
  std::optional<MoneyPerSecond> owned_price;  // what it cost to buy, spread over the time it is of use
  std::optional<Embodied> embodied;
  std::optional<FailureSpec> failures;  // without them, no node ever fails

  // What one trial can have at the same time; the others are spares, or are under repair when it matters.
  std::uint32_t most_accelerators_of_a_trial() const;
  std::uint32_t accelerators() const { return nodes * accelerators_per_node; }
  // What an accelerator that a trial holds and that draws so much adds to the node's idle power, and its own
  // idle power with it.
  Watts at_wall(Watts draw) const;
  // With every accelerator at its largest power.
  Watts largest_power() const;
};

// Accelerators are numbered through: cluster by cluster, node by node.
enum class AcceleratorId : std::uint32_t {};
constexpr std::uint32_t index(AcceleratorId accelerator) { return static_cast<std::uint32_t>(accelerator); }

struct Platform {
  std::string name;
  std::vector<ClusterSpec> clusters;

  std::uint32_t accelerators() const;
  std::vector<std::string> cluster_names() const;
};

// Read a platform, accelerator or site file's mapping. Mistakes go to the reader; what is returned then is
// harmless and of no use. Where a number comes from is kept by the reader, not here.
Platform read_platform(Reader& platform);
Accelerator read_accelerator(Reader& accelerator);

// Why the accelerator cannot be capped at so many watts; empty if it can.
std::string why_not_cap(const Accelerator& accelerator, Watts cap);

}  // namespace campaign_sim
