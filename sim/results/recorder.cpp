#include "sim/results/recorder.hpp"

#include <map>

#include "analysis/bill/bill_files.hpp"
#include "sim/results/campaign_files.hpp"
#include "sim/results/read_back.hpp"
#include "sim/results/summary.hpp"

namespace campaign_sim {

namespace {

std::vector<std::uint32_t> node_of_each_accelerator(const Platform& platform) {
  std::vector<std::uint32_t> nodes;
  std::uint32_t number = 0;
  for (const ClusterSpec& cluster : platform.clusters)
    for (std::uint32_t node = 0; node < cluster.nodes; ++node, ++number)
      nodes.insert(nodes.end(), cluster.accelerators_per_node, number);
  return nodes;
}

}  // namespace

Recorder::Recorder(const Scenario& scenario, ResultsFolder& folder, RecordedFiles files)
    : scenario_{scenario},
      folder_{folder},
      files_{files},
      totals_{scenario.platform.clusters.size()},
      timeline_{scenario.platform.clusters.size()},
      nodes_{node_of_each_accelerator(scenario.platform)},
      terms_{bill_terms(scenario)},
      bill_{terms_, files.tables ? BillDetail::trials : BillDetail::clusters},
      sinks_{&totals_, &bill_} {
  if (files.tables) {
    segments_.emplace(folder.file("segments.csv"), scenario.platform.cluster_names());
    sinks_.insert(sinks_.end(), {&nodes_, &*segments_});
  }
  if (files.trace) {
    trace_.emplace(folder.file("trace.json"), scenario.platform, scenario.resource.unit);
    sinks_.push_back(&*trace_);
  }
  if (files.tables || files.trace) sinks_.push_back(&timeline_);
}

nlohmann::ordered_json Recorder::finish(const CampaignResult& result,
                                        const nlohmann::ordered_json& uncertainty, const Origin& origin) {
  const BillOutcome outcome = bill_outcome(scenario_, result);
  const CampaignBill bill = bill_.finish(outcome);
  nlohmann::ordered_json summary = summarise(scenario_, result, totals_, bill);
  if (!uncertainty.is_null()) summary["uncertainty"] = uncertainty;

  FileSums sums = {{"summary.json", folder_.write("summary.json", summary.dump(2) + "\n")}};
  std::map<std::string, std::string> traces;
  if (files_.tables) {
    write_tables(result, outcome, bill, sums);
    traces = write_traces(folder_, scenario_.platform);
    for (const auto& [key, copy] : traces) sums.emplace_back(copy, read_back(folder_.file(copy)));
    if (!uncertainty.is_null())
      sums.emplace_back("uncertainty.csv", read_back(folder_.file("uncertainty.csv")));
  }
  if (trace_) {
    trace_->close(timeline_, result.makespan);
    sums.emplace_back("trace.json", read_back(folder_.file("trace.json")));
  }
  if (files_.curve && !files_.tables)
    sums.emplace_back("incumbent.csv", write_incumbents(folder_, scenario_, result));
  write_manifest(folder_, scenario_, result, origin, sums, traces);
  folder_.commit();
  return summary;
}

void Recorder::write_tables(const CampaignResult& result, const BillOutcome& outcome,
                            const CampaignBill& bill, FileSums& sums) {
  sums.emplace_back("trials.csv", write_trials(folder_, scenario_, result, bill));
  sums.emplace_back("segments.csv", segments_->close());
  sums.emplace_back("power.csv", write_power(folder_, scenario_, result, timeline_));
  sums.emplace_back("incumbent.csv", write_incumbents(folder_, scenario_, result));
  sums.emplace_back("nodes.csv", write_nodes(folder_, scenario_, nodes_));
  sums.emplace_back("bill.json", folder_.write("bill.json", bill_json(terms_, outcome, bill).dump(2) + "\n"));
  sums.emplace_back("bill_trials.csv", write_bill_trials(folder_, outcome, bill));
}

}  // namespace campaign_sim
