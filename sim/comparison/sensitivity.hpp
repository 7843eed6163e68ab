// Which inputs a scenario's figures hang on: each input moved alone between its ends (a tornado), and all
// moved at once (Sobol's indices).
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "sim/comparison/cells.hpp"
#include "sim/comparison/plan.hpp"

namespace campaign_sim {

// One `path=low..high`, both with the same unit: "platform.accelerator.tdp=250 W..350 W".
struct SensitivityInput {
  std::string path;
  double low = 0;
  double high = 0;
  std::string unit;
  bool whole = false;  // only whole numbers between

  // The assignment at a place between 0 (low) and 1 (high).
  std::string at(double place) const;
  std::string value(double place) const;
};

// Both ends of a `whole` one are written without a point or a unit. Throws ConfigError with every mistake.
std::vector<SensitivityInput> read_inputs(const std::vector<std::string>& texts);

// Leaves `whole` only those whose key takes nothing but whole numbers: 1..2 of `pue` has 1.5 in it, of
// `nodes` not. `request` names the scenario.
void ask_which_are_whole(std::vector<SensitivityInput>& inputs, const ComparisonRequest& request,
                         const std::vector<std::filesystem::path>& library);

// The scenario as it stands, each input at either end, and, if `samples` is not 0, samples x (inputs + 2)
// points of Sobol's design; as variants of a plan.
std::vector<PlannedVariant> sensitivity_variants(const std::vector<SensitivityInput>& inputs,
                                                 std::size_t samples);

// tornado.csv, and sobol.csv if there are samples. Cells that are not in `present` failed: what needs them
// stays empty.
void write_sensitivity(const std::filesystem::path& out, const std::vector<SensitivityInput>& inputs,
                       std::size_t samples, const ComparisonPlan& plan, const std::vector<Cell>& cells,
                       const std::vector<std::size_t>& present);

}  // namespace campaign_sim
