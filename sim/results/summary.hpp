// The headline figures of a campaign, once: summary.json is this, flat, and the table on the terminal is
// drawn from it.
#pragma once

#include <nlohmann/json.hpp>

#include "sim/campaign/campaign.hpp"
#include "sim/ledger/totals.hpp"
#include "sim/scenario/scenario.hpp"

namespace campaign_sim {

// Units are in the names (`energy_it_kwh`); what does not exist is null. `bill` is needed where rates vary or
// time is sold in pieces: where totals do not tell.
nlohmann::ordered_json summarise(const Scenario& scenario, const CampaignResult& result, const Totals& totals,
                                 const CampaignBill* bill);
bool needs_bill(const Scenario& scenario);

}  // namespace campaign_sim
