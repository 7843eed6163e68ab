// The bill as a file: bill.json.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "analysis/bill/campaign_bill.hpp"

namespace campaign_sim {

// Units are in the keys; what does not exist is null. The same bill gives the same bytes.
nlohmann::ordered_json bill_json(const BillTerms& terms, const BillOutcome& outcome,
                                 const CampaignBill& bill);

// A number in the fewest digits that read back the same; nothing if it is none.
std::string csv_number(double number);

}  // namespace campaign_sim
