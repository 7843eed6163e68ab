// How the options of `bill` say under which terms a finished campaign is billed again.
#pragma once

#include <string>
#include <vector>

#include "analysis/bill/exports.hpp"
#include "analysis/bill/finished_campaign.hpp"
#include "sim/scenario/scenario.hpp"

namespace campaign_sim {

// As they were typed; empty: as the scenario has it.
struct OtherTerms {
  std::string site;  // of the library, or a country, grid zone or cloud region
  std::string start;
  std::string pue;
  std::string intensity;
  std::string price;
  std::vector<std::string> assignments;  // --set
};

struct Rebilled {
  BillTerms terms;
  std::vector<Sourced> inputs;  // of the campaign and of this bill
};

// Throws ConfigError.
Rebilled terms_of(const FinishedCampaign& campaign, const OtherTerms& other, StartTime start);

// In which country all of a campaign's machines stand, as tools that report by country want it.
struct Country {
  std::string name;
  std::string code;  // ISO 3166-1, three letters
};
Country country_of(const FinishedCampaign& campaign, const Platform& platform);

}  // namespace campaign_sim
