// The bill in the forms that other tools and papers use.
#pragma once

#include <string>
#include <vector>

#include "analysis/bill/finished_campaign.hpp"

namespace campaign_sim {

struct ExportContext {
  const BillTerms& terms;
  const BillOutcome& outcome;
  const CampaignBill& bill;
  std::string program;          // "campaign-sim 0.1.0"
  std::vector<Sourced> inputs;  // of the scenario and the bill
  std::string country;          // of all machines; empty: unknown, or several
  std::string country_code;     // ISO 3166-1, three letters
};

// CodeCarbon's emissions.csv: its columns, one row for the campaign. As CodeCarbon does, energies contain the
// PUE and powers do not. `gpu` is what the accelerators draw themselves, `ram` CodeCarbon's rule for the
// hosts' memory, `cpu` what else the nodes draw.
std::string codecarbon_csv(const ExportContext& context);
// After the template of the ML CO2 Impact calculator, with what that calculator would have said beside it.
std::string mlco2_statement(const ExportContext& context);
// A paragraph for a paper, with every number's source below it.
std::string paper_paragraph(const ExportContext& context);
// The model card's metadata of the Hugging Face Hub: `co2_eq_emissions`, in grams.
std::string hugging_face_yaml(const ExportContext& context);

// What the forms share.
std::string hardware(const BillTerms& terms);  // "8 x h100-sxm, 4 x v100-sxm2"
std::string sites(const BillTerms& terms);     // names
double mean_pue(const CampaignBill& bill);

}  // namespace campaign_sim
