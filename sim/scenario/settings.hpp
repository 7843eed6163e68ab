// The sections of a scenario that hold nothing but settings. Each reads its own, with every mistake in it.
#pragma once

#include <optional>
#include <string_view>

#include "sim/scenario/scenario.hpp"

namespace campaign_sim {

Objective read_objective(Reader& root);
ResourceSettings read_resource(Reader& search);
CheckpointSettings read_checkpoint(Reader& root);
StopRules read_stop(Reader& root);
AccountingSettings read_accounting(Reader& root, const ResourceSettings& resource, const Platform& platform);

// The instant at which the campaign begins; nothing if nothing depends on it.
std::optional<double> read_start(Reader& root, const Platform& platform);

// Rejects prices per MWh that were written per kWh.
void expect_possible_prices(Reader& root, const Platform& platform, std::string_view currency);

}  // namespace campaign_sim
