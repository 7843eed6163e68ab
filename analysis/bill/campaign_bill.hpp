// The bill of a whole campaign, from the rows of its ledger: what it came to, for whom and why.
//
// A running campaign and a finished one's files are billed by this same code, fed with the same rows in the
// same order: billing again under the same terms gives the same bytes.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analysis/bill/bill.hpp"
#include "analysis/bill/hire.hpp"
#include "analysis/bill/shares.hpp"
#include "analysis/bill/site_account.hpp"
#include "sim/platform/platform.hpp"

namespace campaign_sim {

// Under what conditions a campaign is billed.
struct BillTerms {
  std::string scenario;
  std::uint64_t seed = 0;
  std::string metric;
  std::string currency;
  Platform platform;
  std::optional<double> start;  // instant
  AcceleratorCharge charge = AcceleratorCharge::reserved;
  Purchase purchase = Purchase::on_demand;
  Seconds granularity;  // what is held is paid for in whole multiples; 0: to the second
  double storage_price_per_byte_second = 0;
};

// One interval of the ledger, as much as the bill needs of it.
struct UseRow {
  std::optional<std::uint32_t> trial;
  Cause cause = Cause::idle;
  double start_s = 0;
  double end_s = 0;
  std::uint32_t cluster = 0;
  std::uint32_t accelerators = 0;
  double energy_j = 0;
  double resource = 0;      // trained in it
  double stored_bytes = 0;  // of the checkpoint that is complete at its end
};

// What became of the trials, which is known at the end only.
struct BillOutcome {
  double makespan_s = 0;
  std::vector<std::string> statuses;  // by trial: completed, stopped, failed
  std::optional<std::uint32_t> best_trial;
  std::optional<double> first_metric;  // of the first and the last incumbent
  std::optional<double> best_metric;
};

struct ShareBill {
  Joules energy;  // of the facility, for cooling; of the machines, for all others
  Kilograms co2e;
  Money electricity;
  double water_l = 0;
  Held held;
};

struct TrialBill {
  Accrued accrued;
  Held held;
};

struct ClusterBill {
  Accrued accrued;
  Held held;           // what is paid for: the busy or the available time
  Joules busy_energy;  // of the machines, while held
  double available_accelerator_s = 0;
  double busy_accelerator_s = 0;
  double held_s = 0;    // busy time, counted once for all accelerators of a job
  double resource = 0;  // trained here
};

struct CampaignBill {
  std::array<ShareBill, shares> by_share{};
  std::vector<TrialBill> trials;
  std::vector<ClusterBill> clusters;
  ShareBill total;   // the plain sum of the shares, in their order
  Joules it_energy;  // the same without cooling
  Money storage;
  bool counts_embodied = false;
  double end_s = 0;
};

enum class BillDetail : std::uint8_t {
  trials,    // all of it, which takes memory for each trial
  clusters,  // `clusters` and `storage` alone
};

class Biller {
 public:
  // Throws BillError if the terms cannot be applied to any row at all.
  explicit Biller(const BillTerms& terms, BillDetail detail = BillDetail::trials);
  ~Biller();
  Biller(Biller&&) noexcept;

  // Rows in the ledger's order. Throws BillError where a trace does not reach.
  void add(const UseRow& row);
  CampaignBill finish(const BillOutcome& outcome);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace campaign_sim
