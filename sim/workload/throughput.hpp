// Measured speed of training, as a table of points: by accelerator, batch and number of accelerators.
//
// Between two recorded batches, and between two recorded numbers of accelerators, the time of a step is a
// straight line in logarithms (a power law between neighbours). Beyond the recorded range nothing is known,
// and asking is an error. A speed of 0 records that it ran out of memory; so does everything between such a
// point and its neighbours.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "sim/core/units.hpp"
#include "sim/workload/registry.hpp"
#include "sim/workload/setting.hpp"

namespace campaign_sim {

class ThroughputTable {
 public:
  // Of one step; nothing: out of memory.
  using Point = std::optional<Seconds>;

  // Adds what was recorded; false if the point is there already.
  bool add(const std::string& accelerator, double count, double batch, Point point);

  // Names it has rows of; one empty name: they are of any accelerator.
  std::string names() const;
  bool has(std::string_view accelerator) const;
  // Why it cannot say how long a step takes; empty if it can.
  std::string gap(std::string_view accelerator, double count, double batch) const;
  // The same point by interpolation. There must be no gap.
  Point step_time(std::string_view accelerator, double count, double batch) const;

  static constexpr double any = 0;  // a count or batch of rows that do not name one: they hold for all

 private:
  using ByBatch = std::map<double, Point>;
  using ByCount = std::map<double, ByBatch>;
  const ByCount& rows_of(std::string_view accelerator) const;

  std::map<std::string, ByCount, std::less<>> rows_;
};

// What is looked up: steps of so many accelerators together, with this part of the trial's batch.
struct MeasuredPart {
  int accelerators = 1;
  double of_batch = 1;
};

// `throughput: {file: …}` or `throughput: {rows: […]}` for trials whose batch is the setting. Rejects a table
// that does not cover every batch that can occur on every device. Nothing after a mistake.
std::shared_ptr<const ThroughputTable> read_throughput(Reader& workload, const WorkloadProblem& problem,
                                                       const MeasuredPart& part, const Setting& batch);

}  // namespace campaign_sim
