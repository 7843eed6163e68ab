// The headline figures of a campaign, once: summary.json is this, flat, and the table on the terminal is
// drawn from it.
#pragma once

#include <nlohmann/json.hpp>

#include "sim/campaign/campaign.hpp"
#include "sim/ledger/totals.hpp"
#include "sim/scenario/scenario.hpp"

namespace campaign_sim {

// Units are in the names (`energy_it_kwh`); what does not exist is null.
nlohmann::ordered_json summarise(const Scenario& scenario, const CampaignResult& result, const Totals& totals,
                                 const CampaignBill& bill);

}  // namespace campaign_sim
