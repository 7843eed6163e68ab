// A calibration as an entry of the catalogue: the entry it started from, with what was measured in its place,
// where it comes from, how well it fits and for what it holds.
#pragma once

#include <string>
#include <vector>

#include "analysis/calibration/calibration.hpp"

namespace campaign_sim::calibration {

// For YAML and CSV.
std::string quoted(std::string text);
// "smi.csv of 2024-05-31 (nvidia-smi, NVIDIA A40)"
std::string names_of(const std::vector<Log>& logs);

// The YAML of a file in platforms/accelerators/. `command` is what remakes it.
std::string catalogue_entry(const Calibration& calibration, const std::vector<Log>& logs,
                            const Machine& machine, const std::string& command);

// How well it fits, in lines for people.
std::vector<std::string> residuals_in_words(const Calibration& calibration, const Machine& machine);

// A line a training: what a scenario's workload says of it.
std::vector<std::string> bursts_in_words(const Calibration& calibration);

// Every reading beside the fit, as the CSV that analysis/plot.py draws: a row per reading.
std::string readings_csv(const Calibration& calibration);

}  // namespace campaign_sim::calibration
