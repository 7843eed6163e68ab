// A campaign's bill on the terminal, and published methods side by side.
#pragma once

#include <string>
#include <vector>

#include "analysis/bill/best_start.hpp"
#include "analysis/bill/finished_campaign.hpp"
#include "analysis/bill/methods.hpp"

namespace campaign_sim {

struct Billed {
  FinishedCampaign campaign;
  BillTerms terms;
  CampaignBill bill;
};

void print_bill(const Billed& billed);
// Each method's account, what it counts, and the factor between each pair taken apart.
void print_methods(const Billed& billed, const std::vector<const Method*>& methods);
// Several campaigns, by a method each: from each to the next, and from the first to the last.
void print_chain(const std::vector<Billed>& all, const std::vector<const Method*>& methods);
void print_starts(const std::vector<StartCost>& starts);

}  // namespace campaign_sim
