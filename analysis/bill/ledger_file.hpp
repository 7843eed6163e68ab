// The ledger of a finished campaign: segments.csv, row by row.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "analysis/bill/finished_campaign.hpp"

namespace campaign_sim {

// The rows, in order. `clusters` are the names in the order of the platform. Throws ResultsError, when all
// rows were taken if the file was edited: nothing may be made of them before it returns.
void read_ledger(const FinishedCampaign& campaign, const std::vector<std::string>& clusters,
                 const std::function<void(const UseRow&)>& take);

}  // namespace campaign_sim
