#include "analysis/bill/campaign_bill.hpp"

#include <algorithm>

#include "analysis/bill/load_pue.hpp"
#include "sim/core/compensated_sum.hpp"
#include "sim/core/expect.hpp"

namespace campaign_sim {
namespace {

Share fate_of(std::uint32_t trial, const BillOutcome& outcome) {
  if (outcome.best_trial == trial) return Share::winner;
  const std::string& status = outcome.statuses[trial];
  if (status == "completed") return Share::completed;
  return status == "failed" ? Share::failed : Share::stopped;
}

// Sums of what can be many million rows: small terms beside large ones are kept.
struct AccruedSum {
  std::array<CompensatedSum, 7> sums;
  void add(const Accrued& a) {
    const std::array<double, 7> terms = {a.it.base(),   a.facility.base(),       a.co2e_it.base(),
                                         a.co2e.base(), a.electricity_it.base(), a.electricity.base(),
                                         a.water_l};
    for (std::size_t i = 0; i < terms.size(); ++i) sums[i].add(terms[i]);
  }
  Accrued value() const {
    return {Joules{sums[0].value()},
            Joules{sums[1].value()},
            Kilograms{sums[2].value()},
            Kilograms{sums[3].value()},
            Money{sums[4].value()},
            Money{sums[5].value()},
            sums[6].value()};
  }
};
struct HeldSum {
  std::array<CompensatedSum, 3> sums;
  void add(const Held& h) {
    sums[0].add(h.accelerator_s);
    sums[1].add(h.embodied.base());
    sums[2].add(h.hire.base());
  }
  Held value() const { return {sums[0].value(), Kilograms{sums[1].value()}, Money{sums[2].value()}}; }
};

// A trial's stretch on its accelerators, which may go on in the next row.
struct Hold {
  double since_s = 0;
  double until_s = -1;
  std::uint32_t accelerators = 0;
  std::uint32_t cluster = 0;
};

struct TrialState {
  Accrued training;
  Accrued start_up;
  Accrued other;
  Held training_held;
  Held start_up_held;
  Held other_held;
  double held_s = 0;
  double resource = 0;
  Hold hold;
  double checkpoint_bytes = 0;  // what is stored now
  double stored_since_s = 0;
};

}  // namespace

struct Biller::State {
  State(const BillTerms& given, BillDetail wanted) : terms{given}, detail{wanted} {
    follows_trials = detail == BillDetail::trials || terms.storage_price_per_byte_second > 0 ||
                     (terms.charge == AcceleratorCharge::busy && terms.granularity > Seconds{});
    for (const ClusterSpec& cluster : terms.platform.clusters) {
      if (cluster.site.pue_by_load) keeps_rows = true;
      hire.push_back(hire_price(cluster, terms.purchase).base());
      embodied.push_back(embodied_per_second(cluster));
      bills.emplace_back();
    }
    cluster_sums.resize(bills.size());
    rounding.resize(bills.size());
    for (const ClusterSpec& cluster : terms.platform.clusters)
      accounts.emplace_back(cluster.site, terms.start);  // a PUE by load is put in at the end
  }

  void bill(const UseRow& row);
  Held held_of(std::size_t cluster, double accelerator_s, bool busy) const;
  void attribute(const UseRow& row, const Accrued& accrued, const Held& held);
  void follow(TrialState& trial, const UseRow& row);
  void end_hold(TrialState& trial);
  void store(TrialState& trial, double now_s);
  void apply_pue_by_load();
  void bill_trials(const BillOutcome& outcome, std::vector<TrialBill>& bills_of_trials);
  void round_up_reserved(Seconds makespan);
  void sum_up(CampaignBill& bill) const;

  BillTerms terms;
  std::vector<SiteAccount> accounts;  // by cluster
  std::vector<double> hire;           // money per accelerator-second
  std::vector<double> embodied;       // kilograms per accelerator-second
  bool keeps_rows = false;            // a PUE by load needs to see all before it can bill any
  std::vector<UseRow> rows;

  std::array<AccruedSum, shares> by_share;
  std::array<HeldSum, shares> held_by_share;
  std::vector<AccruedSum> cluster_sums;
  std::vector<ClusterBill> bills;
  BillDetail detail;
  bool follows_trials = true;  // as holds are rounded up one by one, and checkpoints stored
  std::vector<TrialState> trials;
  std::vector<double> rounding;  // money, by cluster: for time beyond what was used
  CompensatedSum storage;
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
  const double duration_s = row.end_s - row.start_s;
  const double accelerator_s = duration_s * row.accelerators;

  cluster_sums[row.cluster].add(accrued);
  ClusterBill& cluster = bills[row.cluster];
  cluster.available_accelerator_s += accelerator_s;
  if (row.trial) {
    cluster.busy_accelerator_s += accelerator_s;
    cluster.busy_energy += accrued.it;
    cluster.held_s += duration_s;
    cluster.resource += row.resource;
  }
  if (row.trial && follows_trials) {
    if (*row.trial >= trials.size()) trials.resize(*row.trial + 1);
    follow(trials[*row.trial], row);
  }
  if (detail == BillDetail::trials)
    attribute(row, accrued, held_of(row.cluster, accelerator_s, row.trial.has_value()));
}

Held Biller::State::held_of(std::size_t cluster, double accelerator_s, bool busy) const {
  if (!busy && terms.charge == AcceleratorCharge::busy) return {accelerator_s, {}, {}};
  return {accelerator_s, Kilograms{accelerator_s * embodied[cluster]}, Money{accelerator_s * hire[cluster]}};
}

// To its cause and its trial.
void Biller::State::attribute(const UseRow& row, const Accrued& accrued, const Held& held) {
  std::optional<Share> share = share_of(row.cause);
  if (!share && !row.trial) share = Share::idle;  // training that nobody asked for cannot be
  if (share) {
    by_share[static_cast<std::size_t>(*share)].add(accrued);
    held_by_share[static_cast<std::size_t>(*share)].add(held);
  }
  if (!row.trial) return;
  TrialState& trial = trials[*row.trial];
  const bool starting = row.cause == Cause::load;
  (share ? trial.other : starting ? trial.start_up : trial.training) += accrued;
  (share ? trial.other_held : starting ? trial.start_up_held : trial.training_held) += held;
  trial.held_s += row.end_s - row.start_s;
  trial.resource += row.resource;
}

// How long it holds its accelerators, and what it stores.
void Biller::State::follow(TrialState& trial, const UseRow& row) {
  const bool goes_on = trial.hold.until_s == row.start_s && trial.hold.accelerators == row.accelerators &&
                       trial.hold.cluster == row.cluster;
  if (!goes_on) {
    end_hold(trial);
    trial.hold = {row.start_s, row.end_s, row.accelerators, row.cluster};
  }
  trial.hold.until_s = row.end_s;
  if (row.cause == Cause::checkpoint) {
    store(trial, row.end_s);
    trial.checkpoint_bytes = (row.end_s - row.start_s) * terms.checkpoint_bandwidth.base();
    trial.stored_since_s = row.end_s;
  }
}

// What is paid for beyond what was used, because time is sold in whole pieces.
void Biller::State::end_hold(TrialState& trial) {
  if (trial.hold.accelerators == 0 || terms.charge != AcceleratorCharge::busy) return;
  const Seconds held{trial.hold.until_s - trial.hold.since_s};
  const Seconds beyond = time_paid_for(held, terms.granularity) - held;
  const double money = beyond.base() * trial.hold.accelerators * hire[trial.hold.cluster];
  trial.training_held.hire += Money{money};
  rounding[trial.hold.cluster] += money;
}

void Biller::State::store(TrialState& trial, double now_s) {
  storage.add(trial.checkpoint_bytes * (now_s - trial.stored_since_s) * terms.storage_price_per_byte_second);
}

void Biller::State::apply_pue_by_load() {
  for (std::uint32_t i = 0; i < accounts.size(); ++i) {
    const ClusterSpec& cluster = terms.platform.clusters[i];
    if (!cluster.site.pue_by_load) continue;
    if (auto pue = pue_by_load(cluster, i, rows)) accounts[i] = SiteAccount{cluster.site, terms.start, pue};
  }
}

// By what became of them.
void Biller::State::bill_trials(const BillOutcome& outcome, std::vector<TrialBill>& bills_of_trials) {
  for (std::uint32_t i = 0; i < trials.size(); ++i) {
    TrialState& trial = trials[i];
    end_hold(trial);
    store(trial, outcome.makespan_s);
    if (detail != BillDetail::trials) continue;
    const Share fate = fate_of(i, outcome);
    const auto training = static_cast<std::size_t>(fate);
    // What failed never got further than its start: that is what its failure cost.
    const auto start_up = static_cast<std::size_t>(fate == Share::failed ? fate : Share::start_up);
    by_share[training].add(trial.training);
    held_by_share[training].add(trial.training_held);
    by_share[start_up].add(trial.start_up);
    held_by_share[start_up].add(trial.start_up_held);
    TrialBill& one = bills_of_trials.emplace_back();
    one.accrued = trial.training;
    one.accrued += trial.start_up;
    one.accrued += trial.other;
    one.held = trial.training_held;
    one.held += trial.start_up_held;
    one.held += trial.other_held;
    one.held_s = trial.held_s;
    one.resource = trial.resource;
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

CampaignBill Biller::finish(const BillOutcome& outcome) {
  State& state = *state_;
  if (state.keeps_rows) {
    state.apply_pue_by_load();
    for (const UseRow& row : state.rows) state.bill(row);
  }
  CS_EXPECT(state.trials.size() <= outcome.statuses.size());
  if (state.detail == BillDetail::trials) state.trials.resize(outcome.statuses.size());
  CampaignBill bill;
  bill.end_s = outcome.makespan_s;
  state.bill_trials(outcome, bill.trials);
  state.round_up_reserved(Seconds{outcome.makespan_s});
  if (state.detail == BillDetail::trials) state.sum_up(bill);
  bill.storage = Money{state.storage.value()};
  for (std::size_t i = 0; i < state.bills.size(); ++i) {
    ClusterBill& one = state.bills[i];
    const bool reserved = state.terms.charge == AcceleratorCharge::reserved;
    one.accrued = state.cluster_sums[i].value();
    one.held = state.held_of(i, reserved ? one.available_accelerator_s : one.busy_accelerator_s, true);
    one.held.hire += Money{state.rounding[i]};
    bill.clusters.push_back(one);
    bill.counts_embodied |= state.terms.platform.clusters[i].embodied.has_value();
  }
  return bill;
}

}  // namespace campaign_sim
