// Replay: a recorded list of configurations, in its order. From the scenario itself
// (`configurations: [{x: 1}, …]`) or from a CSV file (`file: trials.csv`, relative to the scenario) with a
// header and a column per parameter; other columns are ignored, so a trials.csv of an earlier campaign
// serves as it is. The cell of an inactive parameter is empty.
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <system_error>
#include <utility>

#include "sim/config/reader.hpp"
#include "sim/search/sampler_makers.hpp"
#include "sim/search/space.hpp"
#include "sim/search/transform.hpp"

namespace campaign_sim {

namespace {

// Enough to see what is wrong with a file.
constexpr int most_messages = 5;

class Replay final : public Sampler {
 public:
  explicit Replay(std::vector<Configuration> configurations) : configurations_{std::move(configurations)} {}

  std::optional<Configuration> propose(TrialId) override {
    if (next_ == configurations_.size()) return std::nullopt;
    return configurations_[next_++];
  }

 private:
  std::vector<Configuration> configurations_;
  std::size_t next_ = 0;
};

// The cells of one line. Quotes as in RFC 4180, except that a cell ends with its line.
std::vector<std::string> cells_of(std::string_view line) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '"' && quoted && i + 1 < line.size() && line[i + 1] == '"')
      cells.back() += line[i++];
    else if (c == '"')
      quoted = !quoted;
    else if (c == ',' && !quoted)
      cells.emplace_back();
    else if (c != '\r')
      cells.back() += c;
  }
  return cells;
}

class Recording {
 public:
  Recording(Reader& section, const Space& space) : section_{section}, space_{space} {}

  std::vector<Configuration> read(const std::filesystem::path& path) {
    std::ifstream file{path};
    std::string line;
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(path, ignored) || !file || !std::getline(file, line)) {
      section_.reject("file",
                      fmt::format("'{}' cannot be read (missing, empty or not a file)", path.string()));
      return {};
    }
    if (!find_columns(cells_of(line))) return {};
    std::vector<Configuration> configurations;
    for (number_ = 2; std::getline(file, line) && messages_ < most_messages; ++number_)
      if (!line.empty() && line != "\r") configurations.push_back(row(cells_of(line)));
    return configurations;
  }

 private:
  bool find_columns(const std::vector<std::string>& header) {
    for (const auto& parameter : space_.parameters) {
      const auto found = std::ranges::find(header, parameter.name);
      if (found == header.end() && number_of_values(parameter) != 1)
        reject(fmt::format("has no column '{}'", parameter.name));
      columns_.push_back(static_cast<std::size_t>(found - header.begin()));
    }
    return messages_ == 0;
  }

  Configuration row(const std::vector<std::string>& cells) {
    Configuration configuration;
    configuration.values.assign(space_.size(), inactive);
    for (std::size_t i = 0; i < space_.size(); ++i) {
      if (!is_active(space_, configuration, i)) continue;
      const Parameter& parameter = space_.parameters[i];
      const std::string cell = columns_[i] < cells.size() ? cells[columns_[i]] : std::string{};
      auto value = value_of(parameter, cell);
      if (cell.empty() && number_of_values(parameter) == 1) value = parameter.low;
      if (!value)
        reject(fmt::format("line {}: '{}' is not a value of '{}' (it is {})", number_, cell, parameter.name,
                           values_in_words(parameter)));
      configuration.values[i] = value.value_or(parameter.low);
    }
    return configuration;
  }

  void reject(const std::string& what) {
    if (++messages_ <= most_messages) section_.reject("file", what);
  }

  Reader& section_;
  const Space& space_;
  std::vector<std::size_t> columns_;
  std::size_t number_ = 1;
  int messages_ = 0;
};

}  // namespace

std::unique_ptr<Sampler> make_replay(Reader& section, const SearchProblem& problem) {
  std::vector<Configuration> configurations;
  if (section.has("configurations") == section.has("file")) {
    section.reject("", "replay needs its list: either `configurations: [{…}, …]` or `file: trials.csv`");
  } else if (section.has("file")) {
    const auto name = section.text("file");
    if (section.ok()) configurations = Recording{section, problem.space}.read(problem.folder / name);
  } else {
    for (auto& item : section.items("configurations"))
      configurations.push_back(read_configuration(item, problem.space));
  }
  if (section.ok() && configurations.empty())
    section.reject(section.has("file") ? "file" : "configurations", "there is no configuration to replay");
  return std::make_unique<Replay>(std::move(configurations));
}

}  // namespace campaign_sim
