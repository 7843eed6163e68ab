#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>

#include "analysis/report/csv_rows.hpp"
#include "analysis/report/rung_series.hpp"
#include "analysis/report/series.hpp"
#include "analysis/results_error.hpp"

namespace campaign_sim {

namespace {

struct Range {
  std::size_t first;
  std::size_t last;
};

// "0-3;8" as two ranges.
std::vector<Range> ranges_of(std::string_view text, std::size_t accelerators) {
  std::vector<Range> ranges;
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at < end) {
    Range range{};
    auto read = std::from_chars(at, end, range.first);
    range.last = range.first;
    if (read.ec == std::errc{} && read.ptr < end && *read.ptr == '-')
      read = std::from_chars(read.ptr + 1, end, range.last);
    if (read.ec != std::errc{} || range.last >= accelerators || range.first > range.last)
      throw ResultsError{"segments.csv places a trial on '" + std::string{text} + "', but there are " +
                         std::to_string(accelerators) + " accelerators"};
    ranges.push_back(range);
    at = read.ptr < end ? read.ptr + 1 : end;
  }
  return ranges;
}

// Adds an amount that is spread evenly over an interval to equal columns of time. Whole columns are kept as
// differences, so that a long row costs no more than a short one.
class Columns {
 public:
  Columns(std::size_t count, double end_s)
      : width_s_{end_s / static_cast<double>(count)}, steps_(count + 1) {}

  void add(double start_s, double end_s, double amount) {
    edge(start_s, amount);
    edge(end_s, -amount);
  }
  // The mean over each column.
  std::vector<double> means() const {
    std::vector<double> result;
    double level = 0;
    for (std::size_t i = 0; i + 1 < steps_.size(); ++i) {
      result.push_back(std::max(0.0, level + steps_[i].within));
      level += steps_[i].after;
    }
    return result;
  }

 private:
  struct Step {
    double within = 0;  // part of the amount that falls into this column
    double after = 0;   // the whole amount, from the next column on
  };
  void edge(double time_s, double amount) {
    const double place = width_s_ > 0 ? time_s / width_s_ : 0;
    const auto column = std::min(static_cast<std::size_t>(place), steps_.size() - 1);
    steps_[column].within += amount * (static_cast<double>(column + 1) - place);
    steps_[column].after += amount;
  }
  double width_s_;
  std::vector<Step> steps_;
};

struct Bar {
  std::uint64_t trial;
  double start_s;
  double end_s;
  Range range;
};

// One bar for what a trial did on the same accelerators without a pause, at most so many.
class Bars {
 public:
  explicit Bars(bool wanted) : wanted_{wanted} {}

  void add(std::uint64_t trial, double start_s, double end_s, const std::vector<Range>& ranges) {
    if (!wanted_) return;
    for (const Range& range : ranges) {
      const auto key = std::pair{trial, range.first};
      const auto last = last_.find(key);
      if (last != last_.end() && bars_[last->second].end_s == start_s &&
          bars_[last->second].range.last == range.last) {
        bars_[last->second].end_s = end_s;
        continue;
      }
      last_[key] = bars_.size();
      bars_.push_back({trial, start_s, end_s, range});
    }
    if (bars_.size() <= PlacementSeries::most_bars) return;
    wanted_ = false;
    bars_.clear();
    last_.clear();
  }
  bool wanted() const { return wanted_; }
  const std::vector<Bar>& bars() const { return bars_; }

 private:
  bool wanted_;
  std::vector<Bar> bars_;
  std::map<std::pair<std::uint64_t, std::size_t>, std::size_t> last_;
};

Json json_of(const std::vector<Bar>& bars) {
  Json json;
  for (const char* key : {"trial", "start_s", "end_s", "first", "last"}) json[key] = Json::array();
  for (const Bar& bar : bars) {
    json["trial"].push_back(bar.trial);
    json["start_s"].push_back(rounded(bar.start_s));
    json["end_s"].push_back(rounded(bar.end_s));
    json["first"].push_back(bar.range.first);
    json["last"].push_back(bar.range.last);
  }
  return json;
}

}  // namespace

PlacementSeries PlacementSeries::read(const std::filesystem::path& file, const TrialSeries& trials,
                                      std::size_t accelerators, double end_s) {
  CsvRows rows{file};
  const std::size_t segment = rows.column("segment");
  const std::size_t trial = rows.column("trial");
  const std::size_t cause = rows.column("cause");
  const std::size_t from = rows.column("from_resource");
  const std::size_t to = rows.column("to_resource");
  const std::size_t start = rows.column("start_s");
  const std::size_t end = rows.column("end_s");
  const std::size_t energy = rows.column("energy_j");
  const std::size_t placed = rows.column("placed_on");

  const std::size_t image_rows = std::min(accelerators, most_rows);
  const auto image_row = [&](std::size_t accelerator) { return accelerator * image_rows / accelerators; };
  std::vector<Columns> image(image_rows, Columns{columns, end_s});
  std::vector<Columns> by_fate(std::size(fate_names), Columns{columns, end_s});
  Bars bars{accelerators <= most_bar_rows};
  RungSeries rungs;
  while (rows.next()) {
    if (rows.cell(trial).empty()) continue;  // idle
    const std::uint64_t id = rows.whole(trial);
    if (id >= trials.fates.size()) throw ResultsError{file.string() + " has a trial that trials.csv lacks"};
    const double start_s = rows.number(start);
    const double stop_s = rows.number(end);
    const auto ranges = ranges_of(rows.cell(placed), accelerators);
    std::size_t held = 0;
    for (const Range& range : ranges) {
      held += range.last - range.first + 1;
      for (std::size_t i = range.first; i <= range.last; ++i) image[image_row(i)].add(start_s, stop_s, 1);
    }
    by_fate[static_cast<std::size_t>(trials.fates[id])].add(start_s, stop_s, static_cast<double>(held));
    bars.add(id, start_s, stop_s, ranges);
    rungs.add(id, rows.whole(segment), rows.cell(cause), rows.number(from), rows.number(to),
              rows.number(energy));
  }

  PlacementSeries series;
  series.gantt["accelerators"] = accelerators;
  if (bars.wanted()) {
    series.gantt["bars"] = json_of(bars.bars());
  } else {
    std::vector<std::size_t> held(image_rows);
    for (std::size_t i = 0; i < accelerators; ++i) ++held[image_row(i)];
    series.gantt["columns"] = columns;
    series.gantt["rows"] = image_rows;
    series.gantt["busy_percent"] = Json::array();
    for (std::size_t row = 0; row < image_rows; ++row)
      for (const double busy : image[row].means())
        series.gantt["busy_percent"].push_back(std::lround(100 * busy / static_cast<double>(held[row])));
  }
  series.use["columns"] = columns;
  series.use["end_s"] = rounded(end_s);
  series.use["accelerators"] = Json::object();
  for (std::size_t fate = 0; fate < std::size(fate_names); ++fate) {
    const std::vector<double> means = by_fate[fate].means();
    if (std::ranges::any_of(means, [](double mean) { return mean > 0; }))
      series.use["accelerators"][fate_names[fate]] = rounded(means);
  }
  series.rungs = rungs.json(trials);
  return series;
}

}  // namespace campaign_sim
