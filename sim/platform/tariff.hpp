// Prices by the hour of the week, as a site's file gives them.
#pragma once

#include <optional>

#include "sim/platform/site.hpp"

namespace campaign_sim {

// The mapping under `electricity_price`. Mistakes go to the reader; nothing if there are any.
std::optional<Tariff> read_tariff(Reader& section);

}  // namespace campaign_sim
