// Training runs that really happened, as two CSV files describe them: one row a run, and optionally one
// row for each point of its learning curve.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "sim/config/csv.hpp"
#include "sim/core/space.hpp"
#include "sim/core/trial.hpp"

namespace campaign_sim {

// A relative name is relative to the scenario's folder; if nothing is there, to the current folder, as a name
// on the command line would be.
std::filesystem::path file_of_scenario(const std::filesystem::path& name,
                                       const std::filesystem::path& folder);

// A recorded learning curve, by rising resource. One point: only the result is known.
struct RecordedCurve {
  struct Point {
    Resource resource;
    double metric;
  };
  std::vector<Point> points;

  // Linear between two points; before the first and after the last the curve is flat (a run that was
  // stopped early keeps its last value). Not finite where either neighbour is not.
  double at(Resource resource) const;
};

// The rows of a table with the given texts in the given columns, in the order of the file.
struct RowFilter {
  std::size_t column;
  std::string text;
};
std::vector<std::size_t> rows_where(const CsvTable& table, const std::vector<RowFilter>& filters);

// One curve for each of the given rows of `runs`, joined by an identifier. Throws CsvError for a run without
// a curve, two runs with one identifier, and resources that do not rise.
std::vector<RecordedCurve> join_curves(const CsvTable& runs, const std::vector<std::size_t>& rows,
                                       std::size_t run_id, const CsvTable& curves, std::size_t curve_id,
                                       std::size_t resource, std::size_t metric);

// A cell in the parameter's encoding: the number itself, or the index of the choice with that text or
// number. Nothing if it is not one of the parameter's values.
std::optional<double> encoded_cell(const Parameter& parameter, const std::string& cell);

// Which recorded run stands for a configuration.
class RunFinder {
 public:
  virtual ~RunFinder() = default;
  // Index of a group of equal runs; nothing if no run is like it.
  virtual std::optional<std::size_t> group_of(const Configuration& configuration) const = 0;
};

}  // namespace campaign_sim
