// Every file in platforms/: it loads, lies in plausible ranges, gives its sources and has its row in
// docs/platforms.md.

#include "tests/support/library.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include "sim/platform/platform.hpp"
#include "tests/support/project_root.hpp"

using namespace campaign_sim;
using campaign_sim::testing::project_root;
using testing::library_names;

TEST_CASE("the names in the library are lower case with dashes") {
  for (const char* kind : {"", "accelerators", "sites"})
    for (const std::string& name : library_names(kind))
      CHECK(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos);
}

TEST_CASE("every accelerator of the library is in range") {
  const auto names = library_names("accelerators");
  CHECK(names.size() >= 25);
  for (const std::string& name : names) {
    INFO(name);
    const auto [a, description, inputs] = testing::load_accelerator(name);
    CHECK_FALSE(description.empty());
    CHECK(a.idle >= 10.0_w);
    CHECK(a.idle.base() < 0.5 * a.max.base());
    CHECK(a.max >= 100.0_w);
    CHECK(a.max <= 1500.0_w);
    for (const auto& [precision, rate] : a.peak) {
      INFO(precision);
      CHECK(rate.base() >= 1e12);
      CHECK(rate.base() <= 1e16);
    }
    CHECK(a.memory.base() >= 8e9);
    CHECK(a.memory.base() <= 300e9);
    CHECK(a.memory_bandwidth.base() >= 100e9);
    CHECK(a.memory_bandwidth.base() <= 10e12);
    CHECK(a.link_bandwidth);
    if (a.link_bandwidth) CHECK(*a.link_bandwidth < a.memory_bandwidth);
    // GPUs take caps; TPUs are Google's.
    CHECK(a.power_limit.has_value() == !name.starts_with("tpu"));
    if (a.power_limit) {
      CHECK(a.power_limit->max == a.max);
      CHECK(a.power_limit->min.base() >= 0.25 * a.max.base());
    }
    for (const Watts draw : {a.draws.context, a.draws.load, a.draws.checkpoint, a.draws.communicate}) {
      CHECK(draw >= a.idle);
      CHECK(draw.base() < 0.6 * a.max.base());
    }
    // Training at 40% draws at least half of what it can.
    CHECK(a.curve.watts(0.4, a.idle, a.max).base() > 0.5 * a.max.base());
  }
}

TEST_CASE("every power curve of the library is concave: the first watts buy the most") {
  for (const std::string& name : library_names("accelerators")) {
    INFO(name);
    const Accelerator a = testing::load_accelerator(name).value;
    const auto& points = a.curve.points();
    double last_slope = std::numeric_limits<double>::infinity();
    for (std::size_t i = 1; i < points.size(); ++i) {
      const double slope =
          (points[i].share - points[i - 1].share) / (points[i].utilisation - points[i - 1].utilisation);
      CHECK(slope < last_slope);
      last_slope = slope;
    }
  }
}

TEST_CASE("every site of the library is in range") {
  const auto names = library_names("sites");
  CHECK(names.size() >= 12);
  for (const std::string& name : names) {
    INFO(name);
    const auto [site, description, inputs] = testing::load_site(name);
    CHECK_FALSE(description.empty());
    CHECK(site.pue < 2);
    CHECK(site.intensity.base() * joules_per_kwh > 0.005);
    CHECK(site.intensity.base() * joules_per_kwh < 1);
    CHECK(site.electricity_price.base() * joules_per_kwh > 0.01);
    CHECK(site.electricity_price.base() * joules_per_kwh < 0.6);
  }
}

TEST_CASE("every platform of the library is in range") {
  const auto names = library_names("");
  CHECK(names.size() >= 8);
  for (const std::string& name : names) {
    INFO(name);
    const auto [platform, description, inputs] = testing::load_platform(name);
    CHECK_FALSE(description.empty());
    CHECK(platform.name == name);
    for (const ClusterSpec& cluster : platform.clusters) {
      // A host that draws more than its accelerators is a slip of units.
      CHECK(cluster.node_base.base() <= cluster.accelerators_per_node * cluster.accelerator.max.base());
      CHECK(cluster.accelerator_price.base() * seconds_per_hour <= 10);
    }
  }
}

static bool is_number(const std::string& value) {
  return !value.empty() && (std::isdigit(static_cast<unsigned char>(value.front())) != 0 ||
                            value.front() == '[' || value.front() == '-');
}

static void check_sources(const std::vector<Input>& inputs) {
  int numbers = 0;
  for (const Input& input : inputs) {
    // The utilisations of a table are where its shares are given, not facts of their own.
    if (input.is_default || !is_number(input.value) || input.path.ends_with(".utilisation")) continue;
    if (input.path.ends_with(".description")) continue;
    INFO(input.path << ": " << input.value);
    CHECK(input.source.size() >= 5);
    CHECK(input.mark != Mark::unmarked);
    CHECK(input.mark != Mark::calibrated);
    ++numbers;
  }
  CHECK(numbers >= 3);
}

TEST_CASE("every number of the library has a source and a mark") {
  for (const std::string& name : library_names("accelerators")) {
    INFO(name);
    check_sources(testing::load_accelerator(name).inputs);
  }
  for (const std::string& name : library_names("sites")) {
    INFO(name);
    check_sources(testing::load_site(name).inputs);
  }
  for (const std::string& name : library_names("")) {
    INFO(name);
    check_sources(testing::load_platform(name).inputs);
  }
}

// The rows of docs/platforms.md that begin with a name in code marks.
static std::set<std::string> documented_rows() {
  std::ifstream page{project_root() / "docs" / "platforms.md"};
  std::set<std::string> rows;
  std::string line;
  bool library_table = false;
  while (std::getline(page, line)) {
    if (!line.starts_with("|")) library_table = false;
    if (line.starts_with("| platform |") || line.starts_with("| accelerator |") ||
        line.starts_with("| site |"))
      library_table = true;
    if (library_table && line.starts_with("| `")) rows.insert(line);
  }
  return rows;
}

static std::string rate(const Accelerator& a, const char* precision) {
  const auto found = a.peak.find(precision);
  return found == a.peak.end() ? "–" : fmt::format("{:g}", found->second.base() / 1e12);
}

static std::string link(const Accelerator& a) {
  return a.link_bandwidth ? fmt::format("{:g} GB/s", a.link_bandwidth->base() / 1e9) : "–";
}

static std::string caps(const Accelerator& a) {
  if (!a.power_limit) return "none";
  return fmt::format("{:g}–{:g} W", a.power_limit->min.base(), a.power_limit->max.base());
}

static bool has_own_curve(const std::vector<Input>& inputs) {
  return std::any_of(inputs.begin(), inputs.end(), [](const Input& input) {
    return input.path == "it.power_curve.kind" && input.value == "table";
  });
}

static std::string row_of(const std::string& name, const Accelerator& a, const std::string& description,
                          bool own_curve) {
  return fmt::format("| `{}` | {} | {:g} W | {:g} W | {} | {} | {:g} GB | {:g} GB/s | {} | {} | {} |", name,
                     description, a.idle.base(), a.max.base(), rate(a, "fp32"),
                     rate(a, a.peak.contains("bf16") ? "bf16" : "fp16"), a.memory.base() / 1e9,
                     a.memory_bandwidth.base() / 1e9, own_curve ? "own" : "typical", link(a), caps(a));
}

static std::string row_of(const std::string& name, const Site& site, const std::string& description) {
  return fmt::format("| `{}` | {} | {:g} | {:g} kg/kWh | {:g} USD/kWh |", name, description, site.pue,
                     site.intensity.base() * joules_per_kwh, site.electricity_price.base() * joules_per_kwh);
}

static std::string row_of(const std::string& name, const Platform& platform, const std::string& description) {
  std::string clusters;
  for (const ClusterSpec& c : platform.clusters)
    clusters += fmt::format("{}{} × {} `{}`, {:g} W a node, `{}`", clusters.empty() ? "" : "; ", c.nodes,
                            c.accelerators_per_node, c.accelerator.name, c.node_base.base(), c.site.name);
  return fmt::format("| `{}` | {} | {} |", name, description, clusters);
}

TEST_CASE("docs/platforms.md has one row for each file of the library, with its numbers, and no other") {
  std::set<std::string> expected;
  for (const std::string& name : library_names("accelerators")) {
    const auto loaded = testing::load_accelerator(name);
    expected.insert(row_of(name, loaded.value, loaded.description, has_own_curve(loaded.inputs)));
  }
  for (const std::string& name : library_names("sites")) {
    const auto loaded = testing::load_site(name);
    expected.insert(row_of(name, loaded.value, loaded.description));
  }
  for (const std::string& name : library_names("")) {
    const auto loaded = testing::load_platform(name);
    expected.insert(row_of(name, loaded.value, loaded.description));
  }
  const auto documented = documented_rows();
  for (const std::string& row : expected) {
    INFO("in the files, not in docs/platforms.md: " << row);
    CHECK(documented.contains(row));
  }
  for (const std::string& row : documented) {
    INFO("in docs/platforms.md, not in the files: " << row);
    CHECK(expected.contains(row));
  }
}

TEST_CASE("docs/platforms.md prints the typical curve") {
  std::ifstream page{project_root() / "docs" / "platforms.md"};
  const std::string text(std::istreambuf_iterator<char>{page}, std::istreambuf_iterator<char>{});
  std::string shares = "| share |";
  const PowerCurve typical = typical_power_curve();
  for (const auto& point : typical.points()) shares += fmt::format(" {:g} |", point.share);
  CHECK(text.find(shares) != std::string::npos);
}
