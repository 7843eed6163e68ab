#include "sim/workload/throughput.hpp"

#include <fmt/format.h>

#include <array>
#include <vector>

#include "sim/config/reader.hpp"
#include "sim/workload/pollux_throughput.hpp"
#include "sim/workload/throughput_table.hpp"

namespace campaign_sim {

namespace {

void check_covered(Reader& throughput, const Throughput& speeds, const WorkloadProblem& problem,
                   std::span<const TimedStep> steps) {
  for (const Device& device : problem.devices)
    for (const TimedStep& step : steps)
      if (const std::string gap = speeds.gap(step, device); !gap.empty()) {
        throughput.reject("", gap);
        break;
      }
}

}  // namespace

std::shared_ptr<const Throughput> read_throughput(Reader& workload, const WorkloadProblem& problem,
                                                  std::span<const TimedStep> steps) {
  constexpr std::array<std::string_view, 3> ways = {"rows", "file", "pollux"};
  Reader throughput = workload.section("throughput");
  std::vector<std::string_view> given;
  for (const std::string_view way : ways)
    if (throughput.has(way)) given.push_back(way);
  if (given.size() != 1) {
    throughput.reject("",
                      "speeds are 'rows', written here, columns of a 'file', or a law with the constants of "
                      "'pollux'; give one of them");
    return nullptr;
  }
  std::shared_ptr<const Throughput> speeds;
  if (given.front() == "pollux")
    speeds = read_pollux(throughput);
  else
    speeds = read_throughput_table(throughput, problem);
  if (throughput.ok()) check_covered(throughput, *speeds, problem, steps);
  return throughput.ok() ? speeds : nullptr;
}

}  // namespace campaign_sim
