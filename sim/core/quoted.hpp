// Texts of the user as they stand in what we write.
#pragma once

#include <string>
#include <string_view>

namespace campaign_sim {

// A cell of a CSV file (RFC 4180): in quotes only where it must be.
void append_csv_cell(std::string& to, std::string_view text);
std::string csv_cell(std::string_view text);

// YAML's double-quoted scalar.
std::string yaml_quoted(std::string_view text);

// A word of a command line as a POSIX shell reads it: in quotes only where it must be.
std::string shell_quoted(std::string_view text);

}  // namespace campaign_sim
