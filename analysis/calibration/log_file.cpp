#include "analysis/calibration/log_file.hpp"

#include <array>
#include <cmath>

#include "analysis/calibration/layouts/layouts.hpp"

namespace campaign_sim::calibration {

namespace {

// The particular ones first: whatever has a time and watts is a plain table.
constexpr std::array<Layout, 7> table = {{
    {"nvidia-smi", is_nvidia_smi, read_nvidia_smi},
    {"CodeCarbon", is_codecarbon, read_codecarbon},
    {"Zeus summary", is_zeus_summary, read_zeus_summary},
    {"Zeus windows", is_zeus_windows, read_zeus_windows},
    {"measure_gpu.py", is_measured_variants, read_measured_variants},
    {"Zeus power monitor", is_zeus_monitor, read_zeus_monitor},
    {"plain table", is_plain, read_plain},
}};

}  // namespace

std::span<const Layout> layouts() { return table; }

Log read_log(const LogTable& log_table, const ColumnNames& columns) {
  const bool named = !columns.power.empty() || !columns.time.empty() || !columns.utilisation.empty() ||
                     !columns.accelerators.empty();
  for (const Layout& layout : table) {
    if (named ? layout.read != read_plain : !layout.fits(log_table)) continue;
    Log log = layout.read(log_table, columns);
    log.name = std::filesystem::path{log_table.file()}.filename().string();
    log.layout = layout.name;
    return log;
  }
  throw LogError{log_table.file() + ": no layout fits"};  // the last one fits all
}

Log read_log(const std::filesystem::path& file, const ColumnNames& columns) {
  return read_log(LogTable::load(file), columns);
}

}  // namespace campaign_sim::calibration
