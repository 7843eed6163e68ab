// How far a scenario's figures may lie from what a run says, given the ranges that its inputs were written
// with, and which of them is to blame: Monte Carlo over the inputs, all with the campaign's own seed.
//
// The draws are a Latin hypercube through each input's own distribution, the inputs independent of each
// other.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "sim/comparison/figures.hpp"
#include "sim/config/uncertain.hpp"

namespace campaign_sim {

// The numbers drawn, by sample and input, each in its input's unit. The same for the same inputs and number
// of samples.
using Draws = std::vector<std::vector<double>>;
Draws draw_inputs(const std::vector<UncertainInput>& inputs, std::size_t samples);

// Each draw as a variant of a plan. `of_scenario` is the variant of the file that all of them are of.
std::vector<PlannedVariant> drawn_variants(const std::vector<UncertainInput>& inputs, const Draws& draws,
                                           const std::string& of_scenario);

struct FigureBand {
  std::string_view figure;
  std::size_t samples = 0;  // that have it: a campaign in which nothing was measured has no best metric
  double low = 0;           // 5 % of the samples lie below, as many above `high`
  double median = 0;
  double high = 0;
  std::vector<double> shares;  // by input: what it has to do with it, statistics::rank_regression
  double explained = 0;
};

// Of each figure, over the samples that have it; one that none has has no band.
std::vector<FigureBand> bands_of(const Draws& draws, const std::vector<Figures>& figures);

// What a summary says of it.
nlohmann::ordered_json uncertainty_json(const std::vector<UncertainInput>& inputs, const Draws& draws,
                                        const std::vector<Figures>& figures);

// A row per sample: what was drawn and the figures; empty where it failed.
void write_samples(const std::filesystem::path& file, const std::vector<UncertainInput>& inputs,
                   const Draws& draws, const std::vector<Figures>& figures);

}  // namespace campaign_sim
