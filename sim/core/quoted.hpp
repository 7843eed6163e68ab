// Texts of the user as they stand in the files that we write.
#pragma once

#include <string>
#include <string_view>

namespace campaign_sim {

// A cell of a CSV file (RFC 4180): in quotes only where it must be.
void append_csv_cell(std::string& to, std::string_view text);
std::string csv_cell(std::string_view text);

// YAML's double-quoted scalar.
std::string yaml_quoted(std::string_view text);

}  // namespace campaign_sim
