// Small changes of texts, in ASCII whatever the locale.
#pragma once

#include <string>
#include <string_view>

namespace campaign_sim {

// Without spaces, tabs and line breaks at its ends.
std::string_view trimmed(std::string_view text);
std::string lower(std::string_view text);

}  // namespace campaign_sim
