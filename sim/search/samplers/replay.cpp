// Replay: a recorded list of configurations, in its order. From the scenario itself
// (`configurations: [{x: 1}, …]`) or from a CSV file (`file: trials.csv`, relative to the scenario) with a
// header and a column per parameter; other columns are ignored, so a trials.csv of an earlier campaign
// serves as it is. The cell of an inactive parameter is empty.
#include <fmt/format.h>

#include <utility>

#include "sim/config/csv.hpp"
#include "sim/config/reader.hpp"
#include "sim/search/configuration.hpp"
#include "sim/search/sampler_makers.hpp"
#include "sim/search/transform.hpp"
#include "sim/search/values.hpp"

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

// Reads the rows of a table as configurations.
class Recording {
 public:
  Recording(const CsvTable& table, const Space& space) : table_{table}, space_{space} {
    for (const auto& parameter : space.parameters)  // a parameter with one value need not be recorded
      columns_.push_back(number_of_values(parameter) == 1 ? table.find(parameter.name)
                                                          : table.column(parameter.name));
  }

  std::vector<Configuration> read(Reader& section) {
    std::vector<Configuration> configurations;
    for (std::size_t i = 0; i < table_.rows() && messages_ < most_messages; ++i)
      configurations.push_back(row(i, section));
    return configurations;
  }

 private:
  Configuration row(std::size_t number, Reader& section) {
    Configuration configuration;
    configuration.values.assign(space_.size(), inactive);
    for (std::size_t i = 0; i < space_.size(); ++i) {
      if (!is_active(space_, configuration, i)) continue;
      const Parameter& parameter = space_.parameters[i];
      const std::string cell = columns_[i] ? table_.cell(number, *columns_[i]) : std::string{};
      auto value = value_of(parameter, cell);
      if (cell.empty() && number_of_values(parameter) == 1) value = parameter.low;
      if (!value && ++messages_ <= most_messages)
        section.reject("file", fmt::format("{}: '{}' is not a value of '{}' (it is {})", table_.place(number),
                                           cell, parameter.name, values_in_words(parameter)));
      configuration.values[i] = value.value_or(parameter.low);
    }
    return configuration;
  }

  const CsvTable& table_;
  const Space& space_;
  std::vector<std::optional<std::size_t>> columns_;
  int messages_ = 0;
};

std::vector<Configuration> read_file(Reader& section, const SearchProblem& problem) {
  const auto name = section.text("file");
  if (!section.ok()) return {};
  try {
    const auto table = CsvTable::load(problem.folder / name);
    return Recording{table, problem.space}.read(section);
  } catch (const CsvError& mistake) {
    section.reject("file", mistake.what());
    return {};
  }
}

}  // namespace

std::unique_ptr<Sampler> make_replay(Reader& section, const SearchProblem& problem) {
  std::vector<Configuration> configurations;
  if (section.has("configurations") && section.has("file")) {
    section.reject("file", "there are 'configurations' already; give one list, here or in a file");
    for (const std::string_view key : {"configurations", "file"}) section.skip(key);
  } else if (!section.has("configurations") && !section.has("file")) {
    section.reject("", "replay needs its list: either `configurations: [{…}, …]` or `file: trials.csv`");
  } else if (section.has("file")) {
    configurations = read_file(section, problem);
  } else {
    for (auto& item : section.items("configurations"))
      configurations.push_back(read_configuration(item, problem.space));
  }
  if (section.ok() && configurations.empty())
    section.reject(section.has("file") ? "file" : "configurations", "there is no configuration to replay");
  return std::make_unique<Replay>(std::move(configurations));
}

}  // namespace campaign_sim
