#include "analysis/bill/campaign_bill.hpp"

#include <algorithm>
#include <cmath>

#include "sim/core/compensated_sum.hpp"
#include "sim/core/expect.hpp"

namespace campaign_sim {
namespace {

struct ShareName {
  std::string_view name;
  std::string_view words;
};
constexpr std::array<ShareName, shares> share_names = {{{"winner", "the winner"},
                                                        {"completed", "completed, not chosen"},
                                                        {"stopped", "stopped early"},
                                                        {"failed", "failed"},
                                                        {"lost", "lost work, rolled back"},
                                                        {"start_up", "start-up"},
                                                        {"communication", "communication"},
                                                        {"checkpoints", "checkpoints"},
                                                        {"search", "the search's own computing"},
                                                        {"idle", "idle machines"},
                                                        {"cooling", "cooling and distribution"}}};

// Where a row goes whatever becomes of its trial; training and start-up wait for the end.
std::optional<Share> share_of(Cause cause) {
  switch (cause) {
    case Cause::train:
    case Cause::load:
      return std::nullopt;
    case Cause::communicate:
      return Share::communication;
    case Cause::boot:
      return Share::start_up;
    case Cause::checkpoint:
    case Cause::restore:
      return Share::checkpoints;
    case Cause::lost:
      return Share::lost;
    case Cause::search:
      return Share::search;
    case Cause::idle:
    case Cause::off:
      return Share::idle;
  }
  return Share::idle;
}

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

MoneyPerSecond hire_rate(const ClusterSpec& cluster, Purchase purchase) {
  if (purchase == Purchase::spot) return cluster.spot_price.value_or(cluster.accelerator_price);
  if (purchase == Purchase::owned) return cluster.owned_price.value_or(cluster.accelerator_price);
  return cluster.accelerator_price;
}

// What making one accelerator emitted, with its share of the node and the switches, per second of use.
double embodied_rate(const ClusterSpec& cluster) {
  if (!cluster.embodied) return 0;
  const Embodied& made = *cluster.embodied;
  const Kilograms each = made.accelerator + made.node / cluster.accelerators_per_node +
                         made.network_switch * made.switches / cluster.accelerators();
  return each.base() / (made.lifetime.base() * made.utilisation);
}

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

double rounded_up(double held_s, double granularity_s) {
  // A hold of three whole hours that sums to a hair more is three hours.
  return std::ceil(held_s / granularity_s * (1 - 1e-12)) * granularity_s;
}

}  // namespace

std::string_view name(Share share) { return share_names[static_cast<std::size_t>(share)].name; }
std::string_view in_words(Share share) { return share_names[static_cast<std::size_t>(share)].words; }

Held& Held::operator+=(const Held& other) {
  accelerator_s += other.accelerator_s;
  embodied += other.embodied;
  hire += other.hire;
  return *this;
}

struct Biller::State {
  explicit State(const BillTerms& given) : terms{given} {
    for (const ClusterSpec& cluster : terms.platform.clusters) {
      if (cluster.site.pue_by_load) keeps_rows = true;
      hire.push_back(hire_rate(cluster, terms.purchase).base());
      embodied.push_back(embodied_rate(cluster));
      bills.emplace_back();
    }
    cluster_sums.resize(bills.size());
    for (const ClusterSpec& cluster : terms.platform.clusters)
      accounts.emplace_back(cluster.site, terms.start);  // a PUE by load is put in at the end
  }

  void bill(const UseRow& row);
  void end_hold(TrialState& trial);
  void store(TrialState& trial, double now_s);
  void apply_pue_by_load();

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
  std::vector<TrialState> trials;
  CompensatedSum storage;
};

Biller::Biller(const BillTerms& terms) : state_{std::make_unique<State>(terms)} {}
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
  const bool busy = row.trial.has_value();
  const bool paid = busy || terms.charge == AcceleratorCharge::reserved;
  Held held{accelerator_s, Kilograms{}, Money{}};
  if (paid) {
    held.embodied = Kilograms{accelerator_s * embodied[row.cluster]};
    held.hire = Money{accelerator_s * hire[row.cluster]};
  }

  cluster_sums[row.cluster].add(accrued);
  ClusterBill& cluster = bills[row.cluster];
  cluster.available_accelerator_s += accelerator_s;
  if (busy) {
    cluster.busy_accelerator_s += accelerator_s;
    cluster.busy_energy += accrued.it;
    cluster.held_s += duration_s;
    cluster.resource += row.resource;
  }

  const std::optional<Share> share = share_of(row.cause);
  if (share) {
    by_share[static_cast<std::size_t>(*share)].add(accrued);
    held_by_share[static_cast<std::size_t>(*share)].add(held);
  }
  if (!busy) {
    if (!share) {  // training that nobody asked for cannot be
      by_share[static_cast<std::size_t>(Share::idle)].add(accrued);
      held_by_share[static_cast<std::size_t>(Share::idle)].add(held);
    }
    return;
  }
  if (*row.trial >= trials.size()) trials.resize(*row.trial + 1);
  TrialState& trial = trials[*row.trial];
  const bool starting = row.cause == Cause::load;
  (share ? trial.other : starting ? trial.start_up : trial.training) += accrued;
  (share ? trial.other_held : starting ? trial.start_up_held : trial.training_held) += held;
  trial.held_s += duration_s;
  trial.resource += row.resource;

  const bool goes_on = trial.hold.until_s == row.start_s && trial.hold.accelerators == row.accelerators &&
                       trial.hold.cluster == row.cluster;
  if (!goes_on) {
    end_hold(trial);
    trial.hold = {row.start_s, row.end_s, row.accelerators, row.cluster};
  }
  trial.hold.until_s = row.end_s;
  if (row.cause == Cause::checkpoint) {
    store(trial, row.end_s);
    trial.checkpoint_bytes = duration_s * terms.checkpoint_bandwidth.base();
    trial.stored_since_s = row.end_s;
  }
}

// What is paid for beyond what was used, because time is sold in whole pieces.
void Biller::State::end_hold(TrialState& trial) {
  const double granularity_s = terms.granularity.base();
  if (trial.hold.accelerators == 0 || granularity_s <= 0 || terms.charge != AcceleratorCharge::busy) return;
  const double held_s = trial.hold.until_s - trial.hold.since_s;
  const double extra_s = (rounded_up(held_s, granularity_s) - held_s) * trial.hold.accelerators;
  trial.training_held.hire += Money{extra_s * hire[trial.hold.cluster]};
}

void Biller::State::store(TrialState& trial, double now_s) {
  storage.add(trial.checkpoint_bytes * (now_s - trial.stored_since_s) * terms.storage_price_per_byte_second);
}

// The machines' power over time gives the load, the load the PUE.
void Biller::State::apply_pue_by_load() {
  for (std::uint32_t i = 0; i < accounts.size(); ++i) {
    const ClusterSpec& cluster = terms.platform.clusters[i];
    if (!cluster.site.pue_by_load) continue;
    std::vector<std::pair<double, double>> changes;  // of power, at a time
    for (const UseRow& row : rows) {
      if (row.cluster != i || row.end_s <= row.start_s) continue;
      const double power_w = row.energy_j / (row.end_s - row.start_s);
      changes.emplace_back(row.start_s, power_w);
      changes.emplace_back(row.end_s, -power_w);
    }
    if (changes.empty()) continue;
    std::ranges::stable_sort(changes, {}, &std::pair<double, double>::first);
    const double largest_w = cluster.largest_power().base();
    std::vector<double> starts;
    std::vector<double> pue;
    CompensatedSum power_w;
    for (std::size_t at = 0; at < changes.size();) {
      const double time = changes[at].first;
      for (; at < changes.size() && changes[at].first == time; ++at) power_w.add(changes[at].second);
      if (at == changes.size()) break;
      starts.push_back(time);
      pue.push_back(cluster.site.pue_by_load->at(power_w.value() / largest_w));
    }
    const double end = changes.back().first;
    accounts[i] = SiteAccount{cluster.site, terms.start, StepSeries{std::move(starts), std::move(pue), end}};
  }
}

CampaignBill Biller::finish(const BillOutcome& outcome) {
  State& state = *state_;
  if (state.keeps_rows) {
    state.apply_pue_by_load();
    for (const UseRow& row : state.rows) state.bill(row);
  }
  CS_EXPECT(state.trials.size() <= outcome.statuses.size());
  state.trials.resize(outcome.statuses.size());

  CampaignBill bill;
  bill.end_s = outcome.makespan_s;
  for (std::uint32_t i = 0; i < state.trials.size(); ++i) {
    TrialState& trial = state.trials[i];
    state.end_hold(trial);
    state.store(trial, outcome.makespan_s);
    const Share fate = fate_of(i, outcome);
    const auto training = static_cast<std::size_t>(fate);
    // What failed never got further than its start: that is what its failure cost.
    const auto start_up = static_cast<std::size_t>(fate == Share::failed ? fate : Share::start_up);
    state.by_share[training].add(trial.training);
    state.held_by_share[training].add(trial.training_held);
    state.by_share[start_up].add(trial.start_up);
    state.held_by_share[start_up].add(trial.start_up_held);
    TrialBill one;
    one.accrued = trial.training;
    one.accrued += trial.start_up;
    one.accrued += trial.other;
    one.held = trial.training_held;
    one.held += trial.start_up_held;
    one.held += trial.other_held;
    one.held_s = trial.held_s;
    one.resource = trial.resource;
    bill.trials.push_back(one);
  }
  // Machines that are reserved as a whole are paid for in whole pieces as a whole.
  const double granularity_s = state.terms.granularity.base();
  if (granularity_s > 0 && state.terms.charge == AcceleratorCharge::reserved) {
    const double extra_s = rounded_up(outcome.makespan_s, granularity_s) - outcome.makespan_s;
    for (std::size_t i = 0; i < state.bills.size(); ++i) {
      const double accelerators = state.terms.platform.clusters[i].accelerators();
      Held extra;
      extra.hire = Money{extra_s * accelerators * state.hire[i]};
      state.held_by_share[static_cast<std::size_t>(Share::idle)].add(extra);
    }
  }

  ShareBill& cool = bill.by_share[static_cast<std::size_t>(Share::cooling)];
  for (std::size_t i = 0; i < shares; ++i) {
    if (i == static_cast<std::size_t>(Share::cooling)) continue;
    const Accrued accrued = state.by_share[i].value();
    bill.by_share[i] = {accrued.it, accrued.co2e_it, accrued.electricity_it, accrued.water_l,
                        state.held_by_share[i].value()};
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
  bill.storage = Money{state.storage.value()};
  for (std::size_t i = 0; i < state.bills.size(); ++i) {
    state.bills[i].accrued = state.cluster_sums[i].value();
    bill.clusters.push_back(state.bills[i]);
    bill.counts_embodied |= state.terms.platform.clusters[i].embodied.has_value();
  }
  return bill;
}

}  // namespace campaign_sim
