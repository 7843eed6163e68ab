// The ledger: who used which joule when.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "sim/core/trial.hpp"
#include "sim/core/units.hpp"

namespace campaign_sim {

// What an accelerator (and its share of the node) was on for.
enum class Cause : std::uint8_t {
  train,
  communicate,
  load,        // start-up: container, data, compilation
  checkpoint,  // writing one
  restore,     // reading one
  lost,        // work rolled back
  idle,        // held by nobody
  off,
  search,  // the strategy's own computing, which nothing simulates yet
};
inline constexpr std::array<std::string_view, 9> cause_names = {
    "train", "communicate", "load", "checkpoint", "restore", "lost", "idle", "off", "search"};
constexpr std::string_view name(Cause cause) { return cause_names[static_cast<std::size_t>(cause)]; }

enum class SegmentId : std::uint64_t {};

// One interval of one allocation. For every accelerator the rows tile [0, end] without gap or overlap,
// and their joules sum to the meter's.
struct LedgerRow {
  SegmentId segment{};           // meaningless where nobody holds the accelerators
  std::optional<TrialId> trial;  // nobody: idle
  Cause cause = Cause::idle;
  Resource from = 0;  // training progress over the interval; equal where none was made
  Resource to = 0;
  bool ends_segment = false;  // `to` is what was asked for, not a stop for a checkpoint on the way
  Seconds start;
  Seconds end;
  std::uint32_t cluster = 0;                    // index in the platform
  std::span<const std::uint32_t> accelerators;  // numbered through the platform, ascending
  Joules energy;                                // of all of them, with their share of the node
  Bytes stored;                                 // the checkpoint that is complete at the end; 0: none is
};

// Takes rows one by one: those of a job when it ends or is heard of, in the order of time; so those of one
// accelerator are in the order of time, and those of several are not.
class LedgerSink {
 public:
  virtual ~LedgerSink() = default;
  virtual void add(const LedgerRow& row) = 0;
};

}  // namespace campaign_sim
