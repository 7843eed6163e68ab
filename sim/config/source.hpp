// Where a value stands, and how a mistake there is shown: file:line:column, the line, a caret.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace campaign_sim::config {

enum class Origin : std::uint8_t { file, command_line };

// One text that was read. A value of the command line has no lines worth showing: its name says it all.
struct Source {
  std::string name;  // as printed
  std::string text;
  std::filesystem::path folder;  // what relative paths in it are relative to
  std::size_t order = 0;         // mistakes are sorted by it
  Origin origin = Origin::file;
};

struct Place {
  std::shared_ptr<const Source> source;
  std::size_t line = 0;    // from 0
  std::size_t offset = 0;  // bytes from the start of the line
};

struct Mistake {
  Place place;
  std::string path;  // dotted path of what is wrong
  std::string message;
};

// "scenarios/try.yaml:3:15"
std::string spell(const Place& place);
// The mistake as the user reads it, with its line and caret.
std::string show(const Mistake& mistake);
// All of them, each once, in the order of the files; empty if there is none.
std::string show_all(std::vector<Mistake> mistakes);
// Text safe to print on a terminal, on one line, at most 60 characters.
std::string printable(std::string_view text);

// Throws ConfigError if the file is missing, a directory, larger than 16 MiB or unreadable.
std::shared_ptr<Source> read_source(const std::filesystem::path& file);
// Throws ConfigError if the text is no text: empty, binary, not UTF-8, with control characters.
void check_text(const std::shared_ptr<Source>& source);

}  // namespace campaign_sim::config
