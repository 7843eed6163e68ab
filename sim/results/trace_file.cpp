#include "sim/results/trace_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <iterator>
#include <nlohmann/json.hpp>

#include "sim/results/output_error.hpp"

namespace campaign_sim {

namespace {

constexpr std::size_t buffer_bytes = 1 << 18;

// Processes of what has no machine. Nodes come after them, as many as there are.
constexpr std::uint32_t power_process = 1;
constexpr std::uint32_t rung_process = 2;
constexpr std::uint32_t trial_process = 3;
constexpr std::uint32_t first_node_process = 4;

std::string json_text(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::int64_t nanoseconds(Seconds time) { return std::llround(time.base() * 1e9); }

// The format counts in microseconds. Whole nanoseconds, so that what ends where the next begins does so in
// the file as well: a sum of rounded fractions would overlap.
struct Microseconds {
  std::int64_t ns;
};

std::string text_of(Microseconds time) {
  return fmt::format("{}.{:03}", time.ns / 1000, static_cast<int>(time.ns % 1000));
}

}  // namespace

TraceFile::TraceFile(std::filesystem::path file, const Platform& platform, std::string resource_unit)
    : path_{std::move(file)},
      file_{std::fopen(path_.c_str(), "wb")},
      resource_unit_{std::move(resource_unit)} {
  if (!file_) throw OutputError{"cannot write " + path_.string() + ": " + std::strerror(errno)};
  fmt::format_to(std::back_inserter(buffer_), "{{\"displayTimeUnit\":\"ms\",\"traceEvents\":[\n");
  name_process(power_process, "power");
  name_process(rung_process, "rungs");
  name_process(trial_process, "trials");
  std::uint32_t process = first_node_process;
  for (const ClusterSpec& cluster : platform.clusters) {
    clusters_.push_back(json_text(cluster.name + " (W)"));
    for (std::uint64_t node = 0; node < cluster.nodes; ++node, ++process) {
      name_process(process, fmt::format("{} node {}", cluster.name, node));
      for (std::uint32_t i = 0; i < cluster.accelerators_per_node; ++i) {
        name_thread(process, i + 1, fmt::format("accelerator {}", places_.size()));
        places_.push_back({process, i + 1});
      }
    }
  }
}

TraceFile::~TraceFile() = default;

void TraceFile::begin_event() {
  if (buffer_.size() >= buffer_bytes) flush();
  if (!first_) buffer_.append(std::string_view{",\n"});
  first_ = false;
}

void TraceFile::name_process(std::uint32_t process, const std::string& name) {
  begin_event();
  fmt::format_to(
      std::back_inserter(buffer_),
      R"({{"ph":"M","ts":0,"pid":{0},"tid":0,"name":"process_name","args":{{"name":{1}}}}},)"
      "\n"
      R"({{"ph":"M","ts":0,"pid":{0},"tid":0,"name":"process_sort_index","args":{{"sort_index":{0}}}}})",
      process, json_text(name));
}

void TraceFile::name_thread(std::uint32_t process, std::uint32_t thread, const std::string& name) {
  begin_event();
  fmt::format_to(std::back_inserter(buffer_),
                 R"({{"ph":"M","ts":0,"pid":{},"tid":{},"name":"thread_name","args":{{"name":{}}}}})",
                 process, thread, json_text(name));
}

void TraceFile::add(const LedgerRow& row) {
  if (!row.trial) return;  // an idle accelerator is an empty stretch of its track
  write_slices(row);
  write_trial(row);
  if (row.ends_segment) write_rung(row);
}

void TraceFile::write_slices(const LedgerRow& row) {
  const std::int64_t start = nanoseconds(row.start);
  const std::string ts = text_of({start});
  const std::string duration = text_of({nanoseconds(row.end) - start});
  const double share_j = row.energy.base() / static_cast<double>(row.accelerators.size());
  for (const std::uint32_t accelerator : row.accelerators) {
    const Place place = places_[accelerator];
    begin_event();
    fmt::format_to(
        std::back_inserter(buffer_),
        R"({{"ph":"X","ts":{},"dur":{},"pid":{},"tid":{},"name":"trial {} {}","cat":"{}",)"
        R"("args":{{"trial":{},"segment":{},"from_resource":{},"to_resource":{},"energy_j":{}}}}})",
        ts, duration, place.process, place.thread, index(*row.trial), name(row.cause), name(row.cause),
        index(*row.trial), static_cast<std::uint64_t>(row.segment), row.from, row.to, share_j);
  }
}

void TraceFile::write_trial(const LedgerRow& row) {
  const std::uint32_t trial = index(*row.trial);
  begin_event();
  fmt::format_to(
      std::back_inserter(buffer_),
      R"({{"ph":"b","ts":{0},"pid":{1},"tid":1,"id":{2},"name":"trial {2}","cat":"trial",)"
      R"("args":{{"cause":"{3}","from_resource":{4},"to_resource":{5},"energy_j":{6}}}}},)"
      "\n"
      R"({{"ph":"e","ts":{7},"pid":{1},"tid":1,"id":{2},"name":"trial {2}","cat":"trial","args":{{}}}})",
      text_of({nanoseconds(row.start)}), trial_process, trial, name(row.cause), row.from, row.to,
      row.energy.base(), text_of({nanoseconds(row.end)}));
}

void TraceFile::write_rung(const LedgerRow& row) {
  const auto [rung, is_new] = rungs_.try_emplace(row.to, static_cast<std::uint32_t>(rungs_.size() + 1));
  if (is_new)
    name_thread(rung_process, rung->second,
                fmt::format("{} {}{}", row.to, resource_unit_, row.to == 1 ? "" : "s"));
  begin_event();
  fmt::format_to(
      std::back_inserter(buffer_),
      R"({{"ph":"i","s":"t","ts":{},"pid":{},"tid":{},"name":"trial {}","cat":"rung","args":{{"trial":{}}}}})",
      text_of({nanoseconds(row.end)}), rung_process, rung->second, index(*row.trial), index(*row.trial));
}

void TraceFile::write_power(const Timeline& timeline, Seconds end) {
  for (std::size_t cluster = 0; cluster < clusters_.size(); ++cluster) {
    const auto bins = timeline.of_cluster(cluster, end);
    // A cause that no bin has is left out: its series would be a flat line.
    std::vector<std::size_t> causes;
    for (std::size_t cause = 0; cause < cause_names.size(); ++cause)
      if (std::ranges::any_of(bins, [&](const auto& bin) { return bin.energy[cause] > Joules{}; }))
        causes.push_back(cause);

    const auto counter = [&](Seconds when, const Timeline::Bin* bin) {
      begin_event();
      fmt::format_to(std::back_inserter(buffer_),
                     R"({{"ph":"C","ts":{},"pid":{},"tid":{},"name":{},"args":{{)",
                     text_of({nanoseconds(when)}), power_process, cluster + 1, clusters_[cluster]);
      std::string_view comma;
      for (const std::size_t cause : causes) {
        const double watts = bin ? (bin->energy[cause] / (bin->end - bin->start)).base() : 0.0;
        fmt::format_to(std::back_inserter(buffer_), "{}\"{}\":{}", comma, cause_names[cause], watts);
        comma = ",";
      }
      fmt::format_to(std::back_inserter(buffer_), "}}}}");
    };
    for (const Timeline::Bin& bin : bins) counter(bin.start, &bin);
    counter(end, nullptr);
  }
}

void TraceFile::flush() {
  if (std::fwrite(buffer_.data(), 1, buffer_.size(), file_.get()) != buffer_.size())
    throw OutputError{"cannot write " + path_.string() + ": " + std::strerror(errno)};
  buffer_.clear();
}

void TraceFile::close(const Timeline& timeline, Seconds end) {
  write_power(timeline, end);
  fmt::format_to(std::back_inserter(buffer_), "\n]}}\n");
  flush();
  if (std::fflush(file_.get()) != 0 || std::fclose(file_.release()) != 0)
    throw OutputError{"cannot write " + path_.string() + ": " + std::strerror(errno)};
}

}  // namespace campaign_sim
