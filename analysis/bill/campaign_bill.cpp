#include "analysis/bill/campaign_bill.hpp"

#include <algorithm>
#include <utility>

#include "analysis/bill/holds.hpp"
#include "analysis/bill/load_pue.hpp"
#include "analysis/bill/sums.hpp"
#include "analysis/bill/trial_uses.hpp"
#include "sim/core/expect.hpp"

namespace campaign_sim {
namespace {

Share fate_of(std::uint32_t trial, const BillOutcome& outcome) {
  if (outcome.best_trial == trial) return Share::winner;
  const std::string& status = outcome.statuses[trial];
  if (status == "completed") return Share::completed;
  return status == "failed" ? Share::failed : Share::stopped;
}

}  // namespace

struct Biller::State {
  State(const BillTerms& given, BillDetail wanted) : terms{given}, detail{wanted}, holds{given} {
    for (const ClusterSpec& cluster : terms.platform.clusters) {
      if (cluster.site.pue_by_load) keeps_rows = true;
      hire.push_back(hire_price(cluster, terms.purchase).base());
      embodied.push_back(embodied_per_second(cluster));
      bills.emplace_back();
      accounts.emplace_back(cluster.site, terms.start);  // a PUE by load is put in at the end
    }
    cluster_sums.resize(bills.size());
    rounding.resize(bills.size());
  }

  void bill(const UseRow& row);
  void bill_cluster(const UseRow& row, const Accrued& accrued);
  Held held_of(std::size_t cluster, double accelerator_s, bool busy) const;
  void attribute(const UseRow& row, const Accrued& accrued, const Held& held);
  void add(Share share, const TrialBill& used);
  void round_up(std::uint32_t trial, const Holds::Ended& ended);
  void apply_pue_by_load();
  void end_trials(const BillOutcome& outcome);
  void round_up_reserved(Seconds makespan);
  void sum_up(CampaignBill& bill) const;
  ClusterBill cluster_bill(std::size_t cluster) const;

  BillTerms terms;
  BillDetail detail;
  std::vector<SiteAccount> accounts;  // by cluster
  std::vector<double> hire;           // money per accelerator-second
  std::vector<double> embodied;       // kilograms per accelerator-second
  bool keeps_rows = false;            // a PUE by load needs to see all before it can bill any
  std::vector<UseRow> rows;

  std::array<AccruedSum, shares> by_share;
  std::array<HeldSum, shares> held_by_share;
  std::vector<AccruedSum> cluster_sums;
  std::vector<ClusterBill> bills;
  TrialUses trials;
  Holds holds;
  std::vector<double> rounding;  // money, by cluster: for time beyond what was used
};

Biller::Biller(const BillTerms& terms, BillDetail detail) : state_{std::make_unique<State>(terms, detail)} {}
Biller::~Biller() = default;
Biller::Biller(Biller&&) noexcept = default;

void Biller::add(const UseRow& row) {
  if (state_->keeps_rows)
    state_->rows.push_back(row);
  else
    state_->bill(row);
}

void Biller::State::bill(const UseRow& row) {
  CS_EXPECT(row.cluster < accounts.size());
  const Accrued accrued =
      accounts[row.cluster].of(Joules{row.energy_j}, Seconds{row.start_s}, Seconds{row.end_s});
  bill_cluster(row, accrued);
  if (row.trial && holds.matter()) round_up(*row.trial, holds.follow(row));
  if (detail != BillDetail::trials) return;
  const double accelerator_s = (row.end_s - row.start_s) * row.accelerators;
  attribute(row, accrued, held_of(row.cluster, accelerator_s, row.trial.has_value()));
}

void Biller::State::bill_cluster(const UseRow& row, const Accrued& accrued) {
  const double duration_s = row.end_s - row.start_s;
  const double accelerator_s = duration_s * row.accelerators;
  cluster_sums[row.cluster].add(accrued);
  ClusterBill& cluster = bills[row.cluster];
  cluster.available_accelerator_s += accelerator_s;
  if (!row.trial) return;
  cluster.busy_accelerator_s += accelerator_s;
  cluster.busy_energy += accrued.it;
  cluster.held_s += duration_s;
  cluster.resource += row.resource;
}

Held Biller::State::held_of(std::size_t cluster, double accelerator_s, bool busy) const {
  if (!busy && terms.charge == AcceleratorCharge::busy) return {accelerator_s, {}, {}};
  return {accelerator_s, Kilograms{accelerator_s * embodied[cluster]}, Money{accelerator_s * hire[cluster]}};
}

// To its cause and its trial.
void Biller::State::attribute(const UseRow& row, const Accrued& accrued, const Held& held) {
  const TrialBill used{accrued, held};
  std::optional<Share> share = share_of(row.cause);
  if (!share && !row.trial) share = Share::idle;  // training that nobody asked for cannot be
  if (share) add(*share, used);
  if (!row.trial) return;
  const bool starting = row.cause == Cause::load;
  TrialBill& trial = share      ? trials.other(*row.trial)
                     : starting ? trials.start_up(*row.trial)
                                : trials.training(*row.trial);
  campaign_sim::add(trial, used);
}

void Biller::State::add(Share share, const TrialBill& used) {
  by_share[static_cast<std::size_t>(share)].add(used.accrued);
  held_by_share[static_cast<std::size_t>(share)].add(used.held);
}

void Biller::State::round_up(std::uint32_t trial, const Holds::Ended& ended) {
  if (ended.beyond == Money{}) return;
  rounding[ended.cluster] += ended.beyond.base();
  if (detail == BillDetail::trials) trials.training(trial).held.hire += ended.beyond;
}

void Biller::State::apply_pue_by_load() {
  for (std::uint32_t i = 0; i < accounts.size(); ++i) {
    const ClusterSpec& cluster = terms.platform.clusters[i];
    if (!cluster.site.pue_by_load) continue;
    if (auto pue = pue_by_load(cluster, i, rows)) accounts[i] = SiteAccount{cluster.site, terms.start, pue};
  }
}

// By what became of them.
void Biller::State::end_trials(const BillOutcome& outcome) {
  for (std::uint32_t i = 0; i < outcome.statuses.size(); ++i) {
    if (holds.matter()) round_up(i, holds.end(i, outcome.makespan_s));
    if (detail != BillDetail::trials) continue;
    const Share fate = fate_of(i, outcome);
    add(fate, std::as_const(trials).training(i));
    // What failed never got further than its start: that is what its failure cost.
    add(fate == Share::failed ? fate : Share::start_up, std::as_const(trials).start_up(i));
  }
}

// Machines that are reserved as a whole are paid for in whole pieces as a whole.
void Biller::State::round_up_reserved(Seconds makespan) {
  if (terms.charge != AcceleratorCharge::reserved) return;
  const double extra_s = (time_paid_for(makespan, terms.granularity) - makespan).base();
  for (std::size_t i = 0; i < bills.size(); ++i) {
    Held extra;
    extra.hire = Money{extra_s * terms.platform.clusters[i].accelerators() * hire[i]};
    rounding[i] += extra.hire.base();
    held_by_share[static_cast<std::size_t>(Share::idle)].add(extra);
  }
}

// The shares with cooling, which is the facility's beyond the machines', and their plain sum.
void Biller::State::sum_up(CampaignBill& bill) const {
  ShareBill& cool = bill.by_share[static_cast<std::size_t>(Share::cooling)];
  for (std::size_t i = 0; i < shares; ++i) {
    if (i == static_cast<std::size_t>(Share::cooling)) continue;
    const Accrued accrued = by_share[i].value();
    bill.by_share[i] = {accrued.it, accrued.co2e_it, accrued.electricity_it, accrued.water_l,
                        held_by_share[i].value()};
    cool.energy += accrued.facility - accrued.it;
    cool.co2e += accrued.co2e - accrued.co2e_it;
    cool.electricity += accrued.electricity - accrued.electricity_it;
  }
  for (std::size_t i = 0; i < shares; ++i) {
    const ShareBill& share = bill.by_share[i];
    bill.total.energy += share.energy;
    bill.total.co2e += share.co2e;
    bill.total.electricity += share.electricity;
    bill.total.water_l += share.water_l;
    bill.total.held += share.held;
    if (i != static_cast<std::size_t>(Share::cooling)) bill.it_energy += share.energy;
  }
}

ClusterBill Biller::State::cluster_bill(std::size_t cluster) const {
  ClusterBill bill = bills[cluster];
  const bool reserved = terms.charge == AcceleratorCharge::reserved;
  bill.accrued = cluster_sums[cluster].value();
  bill.held = held_of(cluster, reserved ? bill.available_accelerator_s : bill.busy_accelerator_s, true);
  bill.held.hire += Money{rounding[cluster]};
  return bill;
}

CampaignBill Biller::finish(const BillOutcome& outcome) {
  State& state = *state_;
  if (state.keeps_rows) {
    state.apply_pue_by_load();
    for (const UseRow& row : state.rows) state.bill(row);
  }
  CS_EXPECT(std::max(state.trials.size(), state.holds.trials()) <= outcome.statuses.size());
  if (state.detail == BillDetail::trials) state.trials.resize(outcome.statuses.size());
  CampaignBill bill;
  bill.end_s = outcome.makespan_s;
  state.end_trials(outcome);
  state.round_up_reserved(Seconds{outcome.makespan_s});
  if (state.detail == BillDetail::trials) state.sum_up(bill);
  bill.storage = state.holds.storage();
  if (state.detail == BillDetail::trials) bill.trials = state.trials.take();
  for (std::size_t i = 0; i < state.bills.size(); ++i) {
    bill.clusters.push_back(state.cluster_bill(i));
    bill.counts_embodied |= state.terms.platform.clusters[i].embodied.has_value();
  }
  return bill;
}

}  // namespace campaign_sim
