// Watches the budgets of a campaign.
#pragma once

#include <functional>
#include <limits>
#include <optional>
#include <string_view>
#include <vector>

#include "sim/campaign/expenses.hpp"
#include "sim/campaign/gain_per_energy.hpp"
#include "sim/core/units.hpp"
#include "sim/scenario/scenario.hpp"

namespace campaign_sim {

// What the campaign knows of itself, at no cost.
struct CampaignState {
  Seconds now;
  std::uint32_t started = 0;  // trials
  std::uint32_t ended = 0;
  std::uint32_t rested = 0;  // that have ended or been paused, each once
  Resource resource = 0;     // trained by all trials together
  double best_loss = std::numeric_limits<double>::infinity();
  std::uint32_t rested_at_best = 0;  // of these, when the best loss was found
};

// What the campaign has cost so far.
struct Spent {
  Joules facility_energy;
  Kilograms co2e;
  Money cost;  // accelerators, electricity and storage
};

class StopMonitor {
 public:
  // `joules_by_cluster` reads the meter; it is slow (every accelerator), so it is called rarely.
  StopMonitor(const Scenario& scenario, const Expenses& expenses,
              std::function<std::vector<Joules>()> joules_by_cluster);

  // The rule that is met ("energy"), or empty. `stop.trials` is the strategy's own: it starts no more.
  std::string_view met(const CampaignState& state);

  // Reads the meter.
  Spent spent_until(const CampaignState& state);

 private:
  bool spent(const CampaignState& state);
  bool gains_too_little(const CampaignState& state);
  EnergyBill energy_so_far(Seconds now);

  // What the machines have spent until `now`, where rates vary: each stretch between two readings of the
  // meter is billed as if it had been drawn evenly.
  EnergyBill spent_where_rates_vary(const std::vector<Joules>& joules, Seconds now);

  const Scenario& scenario_;
  const Expenses& expenses_;
  std::vector<SiteRates> rates_;       // by cluster, where none varies
  EnergyBill most_per_second_;         // with every machine at its largest power
  std::vector<SiteAccount> accounts_;  // by cluster; empty where no rate varies
  std::vector<Joules> read_;           // by cluster, at the last reading
  Seconds read_at_;
  EnergyBill so_far_;
  std::function<std::vector<Joules>()> joules_by_cluster_;
  Seconds next_reading_;  // no metered budget can be spent before
  std::string_view spent_;

  std::optional<GainPerEnergy> gain_;
  double best_loss_ = std::numeric_limits<double>::infinity();  // that gain_ knows
  Seconds gain_reading_;                                        // its rule cannot be met before
};

}  // namespace campaign_sim
