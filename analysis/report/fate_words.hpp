// What the page calls the fates of trials, and what else drew energy: the words of the bill.
#pragma once

#include <nlohmann/json.hpp>

#include "analysis/bill/shares.hpp"

namespace campaign_sim {

// By the page's own keys: best, completed, stopped, failed, idle, overhead.
nlohmann::ordered_json fate_words(Choice choice);

}  // namespace campaign_sim
