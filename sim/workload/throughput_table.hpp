// Measured speed of training as a table of points: by accelerator, batch and number of accelerators.
//
// Between two recorded batches, and between two recorded numbers of accelerators, the time of a step is a
// straight line in logarithms (a power law between neighbours). Beyond the recorded range nothing is known,
// and asking is an error. A speed of 0 records that it ran out of memory; so does everything between such a
// point and its neighbour.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "sim/workload/throughput.hpp"

namespace campaign_sim {

class ThroughputTable : public Throughput {
 public:
  // Of one step; nothing: out of memory.
  using Point = std::optional<Seconds>;

  // Adds what was recorded; false if the point is there already. An empty accelerator: of any.
  bool add(const std::string& accelerator, double count, double batch, Point point);
  bool empty() const { return rows_.empty(); }

  std::string gap(const TimedStep& step, const Device& device) const override;
  Point step_time(const TimedStep& step, const Device& device) const override;

  static constexpr double any = 0;  // a count or batch of rows that do not name one: they hold for all

 private:
  using ByBatch = std::map<double, Point>;
  using ByCount = std::map<double, ByBatch>;
  const ByCount* rows_of(std::string_view accelerator) const;  // null: none
  std::string names() const;

  std::map<std::string, ByCount, std::less<>> rows_;
};

// From `rows` or a `file`. Null after a mistake.
std::shared_ptr<const ThroughputTable> read_throughput_table(Reader& throughput,
                                                             const WorkloadProblem& problem);

}  // namespace campaign_sim
