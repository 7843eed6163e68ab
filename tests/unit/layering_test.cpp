// The layers of the program, read off its #include lines: arrows point one way, and the libraries that could
// spread (SimGrid, yaml-cpp, Eigen) stay where they are. This is what lets a strategy be tested without a
// simulator and a campaign be billed again without one.
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/project_root.hpp"

namespace {

namespace fs = std::filesystem;

struct Layer {
  std::string_view place;                     // a folder, or one file of it that is bound more tightly
  std::vector<std::string_view> may_include;  // places; a layer may always include itself
};

// The most specific place that fits a file is the one that counts.
const std::vector<Layer>& layers() {
  static const std::vector<Layer> table = {
      {"sim/core/", {}},
      {"sim/config/", {"sim/core/"}},
      {"sim/search/", {"sim/core/", "sim/config/"}},
      {"sim/workload/", {"sim/core/", "sim/config/"}},
      {"sim/scheduling/", {"sim/core/", "sim/config/"}},
      {"sim/power/", {"sim/core/", "sim/config/"}},
      {"sim/platform/", {"sim/core/", "sim/config/", "sim/power/"}},
      {"sim/scenario/",
       {"sim/core/", "sim/config/", "sim/search/", "sim/workload/", "sim/scheduling/", "sim/power/",
        "sim/platform/", "analysis/bill/bill.hpp",
        "analysis/bill/campaign_bill.hpp"}},  // the terms of its accounting are those of the bill
      {"sim/cluster/", {"sim/core/", "sim/platform/", "sim/power/"}},
      {"sim/ledger/", {"sim/core/", "sim/platform/"}},
      {"sim/ledger/row.hpp", {"sim/core/"}},  // the part of the ledger that analysis builds on
      {"sim/campaign/",
       {"sim/core/", "sim/config/", "sim/search/", "sim/workload/", "sim/scheduling/", "sim/power/",
        "sim/platform/", "sim/scenario/", "sim/cluster/", "sim/ledger/"}},
      {"sim/results/",
       {"sim/core/", "sim/config/", "sim/search/", "sim/workload/", "sim/scheduling/", "sim/power/",
        "sim/platform/", "sim/scenario/", "sim/cluster/", "sim/ledger/", "sim/campaign/", "analysis/"}},
      {"sim/comparison/",
       {"sim/core/", "sim/config/", "sim/search/", "sim/workload/", "sim/scheduling/", "sim/power/",
        "sim/platform/", "sim/scenario/", "sim/cluster/", "sim/ledger/", "sim/campaign/", "sim/results/",
        "analysis/"}},
      {"sim/cli/", {"sim/", "analysis/"}},
      {"analysis/", {"sim/core/", "sim/config/", "sim/platform/", "sim/ledger/row.hpp"}},
      {"analysis/calibration/",
       {"sim/core/", "sim/config/", "sim/power/",
        "sim/workload/pollux.hpp"}},  // what it fits are the laws that runs use
  };
  return table;
}

struct Restriction {
  std::string_view what;
  std::regex found;             // in a line of code
  std::string_view allowed_in;  // the whole path
};

const std::vector<Restriction>& restrictions() {
  static const std::vector<Restriction> table = {
      {"SimGrid", std::regex{R"(#\s*include\s*[<"](simgrid|xbt)[/.])"},
       R"(sim/cluster/([^/]*\.cpp|simgrid_[^/]*))"},
      {"SimGrid's side of the cluster", std::regex{R"(#\s*include\s*"sim/cluster/simgrid_)"},
       R"(sim/cluster/([^/]*\.cpp|simgrid_[^/]*))"},
      {"yaml-cpp", std::regex{R"(#\s*include\s*[<"]yaml-cpp/)"}, R"(sim/config/[^/]*\.cpp)"},
      {"pugixml", std::regex{R"(#\s*include\s*<pugixml)"}, R"(sim/config/[^/]*\.cpp)"},
      {"Eigen", std::regex{R"(#\s*include\s*[<"](unsupported/)?Eigen/)"}, R"((sim|analysis)/.*\.cpp)"},
      {"the wall clock",
       std::regex{R"(#\s*include\s*<(chrono|ctime|time\.h|sys/time\.h)>|\b(gettimeofday|clock_gettime)\b)"},
       // A user's program that hangs must be given up after a real time; no simulated time depends on it.
       R"(sim/cli/.*|sim/search/external/external_process\.cpp)"},
      {"the environment", std::regex{R"(\b(secure_)?getenv\b)"}, R"(sim/cli/.*)"},
      {"unseeded randomness", std::regex{R"(\brandom_device\b|\bs?rand\s*\()"}, R"(sim/cli/.*)"},
  };
  return table;
}

const Layer* layer_of(std::string_view path) {
  const Layer* best = nullptr;
  for (const Layer& layer : layers())
    if (path.starts_with(layer.place) && (!best || layer.place.size() > best->place.size())) best = &layer;
  return best;
}

bool may_include(const Layer& from, std::string_view target) {
  return target.starts_with(from.place) ||
         std::any_of(from.may_include.begin(), from.may_include.end(),
                     [&](std::string_view place) { return target.starts_with(place); });
}

// What breaks the rules in a file of that path (relative to the top, with slashes), one line each.
std::vector<std::string> violations(const std::string& path, std::istream& text) {
  static const std::regex own_include{
      R"(^\s*#\s*include\s*[<"]((sim|analysis|tests|benchmarks)/[^">]*)[">])"};
  static const std::regex quoted_include{R"(^\s*#\s*include\s*")"};
  static const std::regex comment{R"(//.*$)"};

  std::vector<std::string> found;
  const Layer* layer = layer_of(path);
  if (!layer) return {path + ": is in no layer; add its folder to the table in this test"};

  std::string line;
  for (int number = 1; std::getline(text, line); ++number) {
    const std::string place = path + ":" + std::to_string(number) + ": ";
    std::smatch match;
    if (std::regex_search(line, match, own_include)) {
      if (!may_include(*layer, match[1].str()))
        found.push_back(place + std::string{layer->place} + " may not include " + match[1].str());
    } else if (std::regex_search(line, quoted_include)) {
      found.push_back(place + "give the path from the top, so that its layer can be seen");
    }

    const std::string code = std::regex_replace(line, comment, "");
    for (const Restriction& rule : restrictions())
      if (std::regex_search(code, rule.found) &&
          !std::regex_match(path, std::regex{std::string{rule.allowed_in}}))
        found.push_back(place + std::string{rule.what} + " is only for " + std::string{rule.allowed_in});
  }
  return found;
}

std::vector<std::string> violations_in(const std::string& path, const std::string& text) {
  std::istringstream stream{text};
  return violations(path, stream);
}

}  // namespace

TEST_CASE("every file keeps to its layer") {
  const fs::path top = campaign_sim::testing::project_root();
  std::size_t files = 0;
  for (const char* folder : {"sim", "analysis"}) {
    for (const auto& entry : fs::recursive_directory_iterator{top / folder}) {
      const auto extension = entry.path().extension();
      if (extension != ".hpp" && extension != ".cpp") continue;
      ++files;
      std::ifstream text{entry.path()};
      REQUIRE(text);
      for (const auto& violation : violations(fs::relative(entry.path(), top).generic_string(), text))
        FAIL_CHECK(violation);
    }
  }
  CHECK(files > 20);  // otherwise it looked in the wrong place
}

TEST_CASE("the layer test sees an arrow that points the wrong way") {
  const auto broken = [](const std::string& path, const std::string& line) {
    return violations_in(path, line).size() == 1;
  };
  CHECK(broken("sim/core/trial.hpp", "#include \"sim/config/reader.hpp\""));
  CHECK(broken("sim/search/rungs/asha.cpp", "#include \"sim/workload/workload.hpp\""));
  CHECK(broken("sim/search/model/gp.cpp", "#include \"sim/scheduling/placement.hpp\""));
  CHECK(broken("sim/power/power_curve.cpp", "  #  include <sim/platform/platform.hpp>"));
  CHECK(broken("sim/cluster/cluster.hpp", "#include \"sim/campaign/campaign.hpp\""));
  CHECK(broken("sim/campaign/campaign.cpp", "#include \"analysis/bill/bill.hpp\""));
  CHECK(broken("sim/campaign/campaign.cpp", "#include \"sim/cli/main.hpp\""));
  CHECK(broken("sim/ledger/row.hpp", "#include \"sim/platform/platform.hpp\""));
  CHECK(broken("analysis/bill/bill.hpp", "#include \"sim/ledger/totals.hpp\""));
  CHECK(broken("analysis/bill/bill.hpp", "#include \"sim/cluster/cluster.hpp\""));
  CHECK(broken("sim/search/rungs/asha.cpp", "#include \"strategy.hpp\""));
  CHECK(broken("sim/search/rungs/asha.cpp", "#include \"../workload/workload.hpp\""));
  CHECK(broken("sim/unheard_of/file.cpp", ""));

  CHECK_FALSE(broken("sim/search/rungs/asha.cpp", "#include \"sim/search/strategy.hpp\""));
  CHECK_FALSE(broken("sim/search/rungs/asha.cpp", "#include \"sim/core/trial.hpp\""));
  CHECK_FALSE(broken("sim/ledger/ledger.hpp", "#include \"sim/ledger/row.hpp\""));
  CHECK_FALSE(broken("sim/cli/run.cpp", "#include \"analysis/bill/bill.hpp\""));
  CHECK_FALSE(broken("analysis/bill/bill.hpp", "#include \"sim/ledger/row.hpp\""));
}

TEST_CASE("the layer test sees a library or a source of chance where it does not belong") {
  const auto broken = [](const std::string& path, const std::string& line) {
    return violations_in(path, line).size() == 1;
  };
  CHECK(broken("sim/cluster/cluster.hpp", "#include <simgrid/s4u.hpp>"));
  CHECK(broken("sim/campaign/campaign.cpp", "#include <simgrid/s4u.hpp>"));
  CHECK(broken("sim/cluster/cluster.hpp", "#include \"sim/cluster/simgrid_machines.hpp\""));
  CHECK(broken("sim/campaign/fleet.cpp", "#include \"sim/cluster/simgrid_machines.hpp\""));
  CHECK(broken("sim/config/reader.hpp", "#include <yaml-cpp/yaml.h>"));
  CHECK(broken("sim/search/gp.hpp", "#include <Eigen/Dense>"));
  CHECK(broken("sim/campaign/campaign.cpp", "#include <chrono>"));
  CHECK(broken("sim/campaign/campaign.cpp", "const char* home = std::getenv(\"HOME\");"));
  CHECK(broken("sim/core/random.cpp", "std::random_device chance;"));

  CHECK_FALSE(broken("sim/cluster/platform_check.cpp", "#include <simgrid/s4u.hpp>"));
  CHECK_FALSE(broken("sim/cluster/simgrid_worker.hpp", "#include <simgrid/s4u/Exec.hpp>"));
  CHECK_FALSE(broken("sim/config/reader.cpp", "#include <yaml-cpp/yaml.h>"));
  CHECK_FALSE(broken("sim/search/samplers/gp.cpp", "#include <Eigen/Dense>"));
  CHECK_FALSE(broken("sim/cli/progress.cpp", "#include <chrono>"));
  CHECK(broken("sim/search/external/external.cpp", "#include <chrono>"));
  CHECK_FALSE(broken("sim/search/external/external_process.cpp", "#include <chrono>"));
  CHECK_FALSE(broken("sim/core/random.hpp", "// never std::random_device: a run could not be repeated"));
}
