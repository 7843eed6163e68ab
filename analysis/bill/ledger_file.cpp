#include "analysis/bill/ledger_file.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "analysis/bill/results_csv.hpp"

namespace campaign_sim {
namespace {

// Which column holds what, and what its words mean.
class LedgerRows {
 public:
  LedgerRows(const ResultsCsv& csv, const std::vector<std::string>& clusters, std::size_t trials)
      : csv_{csv}, clusters_{clusters}, trials_{trials} {}

  UseRow row() const {
    UseRow row;
    row.cause = static_cast<Cause>(index_of(csv_.text(cause_), cause_names, "no cause is called"));
    if (!csv_.text(trial_).empty()) row.trial = csv_.number<std::uint32_t>(trial_);
    if (row.trial && *row.trial >= trials_)
      csv_.fail(fmt::format("a row names trial {}, and trials.csv has {}", *row.trial, trials_));
    row.start_s = csv_.number<double>(start_);
    row.end_s = csv_.number<double>(end_);
    row.accelerators = csv_.number<std::uint32_t>(accelerators_);
    row.energy_j = csv_.number<double>(energy_);
    if (row.trial && row.cause == Cause::train)
      row.resource = csv_.number<double>(to_) - csv_.number<double>(from_);
    if (!csv_.text(stored_).empty()) row.stored_bytes = csv_.number<double>(stored_);
    row.cluster =
        static_cast<std::uint32_t>(index_of(csv_.text(cluster_), clusters_, "the scenario has no cluster"));
    return row;
  }

 private:
  template <class Names>
  std::size_t index_of(std::string_view word, const Names& names, std::string_view says) const {
    const auto found = std::ranges::find(names, word);
    if (found == names.end()) csv_.fail(fmt::format("{} '{}'", says, word));
    return static_cast<std::size_t>(found - names.begin());
  }

  const ResultsCsv& csv_;
  const std::vector<std::string>& clusters_;
  std::size_t trials_;
  std::size_t trial_ = csv_.column("trial");
  std::size_t cause_ = csv_.column("cause");
  std::size_t from_ = csv_.column("from_resource");
  std::size_t to_ = csv_.column("to_resource");
  std::size_t start_ = csv_.column("start_s");
  std::size_t end_ = csv_.column("end_s");
  std::size_t accelerators_ = csv_.column("accelerators");
  std::size_t energy_ = csv_.column("energy_j");
  std::size_t cluster_ = csv_.column("cluster");
  std::size_t stored_ = csv_.column("stored_bytes");
};

}  // namespace

void read_ledger(const FinishedCampaign& campaign, const std::vector<std::string>& clusters,
                 const std::function<void(const UseRow&)>& take) {
  campaign.read("segments.csv", [&](ResultsCsv& csv) {
    const LedgerRows rows{csv, clusters, campaign.outcome.statuses.size()};
    while (csv.next()) take(rows.row());
  });
}

}  // namespace campaign_sim
