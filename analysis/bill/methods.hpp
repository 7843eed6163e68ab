// How published work turned hours into CO2e, by name: one campaign, one ledger, and as many answers as there
// are ways of counting. Each method is a row of choices, so that the factor between two of them comes apart
// into steps whose product it is.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/bill/campaign_bill.hpp"

namespace campaign_sim {

enum class CountedHours : std::uint8_t {
  busy,  // accelerators that a trial holds
  all,   // every accelerator from start to end
};
enum class CountedPower : std::uint8_t {
  metered,  // the ledger's, with the accelerators' share of their nodes
  largest,  // the accelerators' TDP, whatever they drew
};
enum class CountedGrid : std::uint8_t {
  site,    // the site's intensity, over time if it varies
  market,  // the intensity of what the site buys; its grid's where nothing is known of that
  fixed,   // the publication's number
};

struct Method {
  std::string_view name;
  CountedHours hours;
  CountedPower power;
  double memory_w_per_gb;     // of the hosts, beside the accelerators
  std::optional<double> pue;  // nothing: the site's
  CountedGrid grid;
  double kg_per_kwh;  // where fixed
  bool embodied;
  std::string_view counts;
  std::string_view leaves_out;
  std::string_view assumes;
  std::string_view source;
};

// `campaign` first: this program's own bill.
std::span<const Method> methods();
// Nothing if there is none of that name.
const Method* find_method(std::string_view name);

// What a method makes of a campaign, as factors of one another.
struct Account {
  std::string name;
  double resource = 0;       // trained, by all trials
  double held_h = 0;         // hours of jobs, however many accelerators each holds
  double accelerator_h = 0;  // counted
  double it_kwh = 0;
  double facility_kwh = 0;
  double co2e_kg = 0;              // operational
  double embodied_kg = 0;          // 0 where the method leaves it out
  std::vector<std::string> notes;  // where the method had to fall back

  double watts() const { return it_kwh / accelerator_h * 1000; }
  double pue() const { return facility_kwh / it_kwh; }
  double kg_per_kwh() const { return co2e_kg / facility_kwh; }
  double total_kg() const { return co2e_kg + embodied_kg; }
};
Account account(const Method& method, const BillTerms& terms, const CampaignBill& bill);

// One step between two accounts: how many times more the first comes to because of it.
struct Factor {
  std::string what;
  double from = 0;
  double to = 0;
  double ratio = 0;
  std::vector<Factor> parts = {};  // where it is itself a product
};
// The steps from `a` to `b`; their product is a's CO2e over b's. Where both accounts know what was trained,
// hours and watts come apart into training done, accelerators a job, and what a unit of training took of
// each.
std::vector<Factor> factors(const Account& a, const Account& b);

}  // namespace campaign_sim
