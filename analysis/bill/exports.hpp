// The bill in the forms that other tools and papers use.
#pragma once

#include <string>
#include <vector>

#include "analysis/bill/campaign_bill.hpp"

namespace campaign_sim {

// A number of a statement and where it comes from.
struct Sourced {
  std::string what;
  std::string value;
  std::string source;
};

struct ExportContext {
  const BillTerms& terms;
  const BillOutcome& outcome;
  const CampaignBill& bill;
  std::string program;          // "campaign-sim 0.1.0"
  std::vector<Sourced> inputs;  // of the scenario: each value with its source
};

// CodeCarbon's emissions.csv, one row for the campaign; what a simulation does not know is left empty.
// `emissions` and the energies are of the machines and their grid with `pue` beside them, as CodeCarbon
// means them: energy_consumed is without PUE, emissions with it.
std::string codecarbon_csv(const ExportContext& context);
// Two sentences after the template of the ML CO2 Impact calculator's statement.
std::string mlco2_statement(const ExportContext& context);
// A paragraph for a paper, with every number's source below it.
std::string paper_paragraph(const ExportContext& context);
// The model card's metadata of the Hugging Face Hub: `co2_eq_emissions`, in grams.
std::string hugging_face_yaml(const ExportContext& context);

}  // namespace campaign_sim
