#include "sim/comparison/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/uuid/name_generator_sha1.hpp>
#include <boost/uuid/uuid.hpp>
#include <boost/uuid/uuid_io.hpp>
#include <fstream>
#include <iterator>
#include <limits>
#include <map>
#include <set>

namespace campaign_sim {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t largest_seed = std::numeric_limits<std::int64_t>::max();
constexpr std::size_t most_variants = 10'000;
constexpr std::size_t longest_name = 4096;  // of a file, as Linux has it

// One --vary: a path and the values it takes.
struct Varied {
  std::string path;
  std::vector<std::string> values;
};

// Splits at commas that are in no brackets and no quotes: "[1, 2],[3, 4]" are two.
std::vector<std::string> split_values(const std::string& text) {
  std::vector<std::string> values(1);
  int depth = 0;
  bool quoted = false;
  for (const char c : text) {
    if (c == '"') quoted = !quoted;
    if (!quoted && (c == '[' || c == '{')) ++depth;
    if (!quoted && (c == ']' || c == '}')) --depth;
    if (c == ',' && depth == 0 && !quoted)
      values.emplace_back();
    else
      values.back() += c;
  }
  return values;
}

Varied read_vary(const std::string& text, std::string& mistakes) {
  const auto equals = text.find('=');
  Varied varied;
  if (equals != std::string::npos) {
    varied.path = text.substr(0, equals);
    varied.values = split_values(text.substr(equals + 1));
  }
  const auto reject = [&](const std::string& what) {
    mistakes += fmt::format("--vary {}: error: {}\n", text, what);
  };
  if (varied.path.empty() || std::ranges::find(varied.values, "") != varied.values.end())
    reject("expected path.to.key=a,b,c, such as search.strategy=random,asha");
  else if (std::set<std::string>(varied.values.begin(), varied.values.end()).size() < varied.values.size())
    reject("a value stands there twice; each would be run twice with the same results");
  else if (varied.path == "seed")
    reject("the seed is what replicates vary: use --seed and --seeds");
  else if (varied.path == "name" || varied.path == "description")
    reject("it is a label and changes no result");
  return varied;
}

std::string last_part(const std::string& path) { return path.substr(path.rfind('.') + 1); }

bool starts_like_a_number(const std::string& value) {
  return !value.empty() && (std::isdigit(static_cast<unsigned char>(value.front())) != 0 ||
                            value.front() == '-' || value.front() == '.');
}

std::string folder_name(const std::string& name) {
  std::string folder = name;
  for (char& c : folder)
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '-' && c != '_' && c != '.' && c != '=' &&
        c != '+')
      c = '_';
  return folder.empty() || folder.front() == '.' ? "_" + folder : folder;
}

// The product of the file's variants and every --vary.
std::vector<PlannedVariant> combinations(const std::vector<std::string>& of_scenario,
                                         const std::vector<Varied>& vary) {
  std::vector<PlannedVariant> all;
  if (of_scenario.empty()) all.emplace_back();
  for (const std::string& name : of_scenario) all.push_back({name, "", name, {}, "", ""});
  for (const Varied& varied : vary) {
    std::vector<PlannedVariant> longer;
    for (const PlannedVariant& one : all) {
      for (const std::string& value : varied.values) {
        PlannedVariant more = one;
        // A word speaks for itself; a number needs to say of what.
        const std::string word = starts_like_a_number(value) ? last_part(varied.path) + "=" + value : value;
        more.name += (more.name.empty() ? "" : "+") + word;
        more.assignments.push_back(varied.path + "=" + value);
        longer.push_back(std::move(more));
      }
    }
    all = std::move(longer);
    if (all.size() > most_variants) break;
  }
  if (all.size() == 1 && all.front().name.empty()) all.front().name = "scenario";
  for (PlannedVariant& one : all) one.folder = folder_name(one.name);
  return all;
}

std::string content(const fs::path& file) {
  std::ifstream stream{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{stream}, {}};
}

std::string digest_of(const std::string& text) {
  const boost::uuids::name_generator_sha1 sha1{boost::uuids::ns::oid()};
  return boost::uuids::to_string(sha1(text));
}

// A platform of SimGrid's and what it names itself, such as the bandwidth of a link over time: every quoted
// word that is a file beside it.
void add_simgrid_files(const fs::path& file, std::set<fs::path>& files) {
  if (!files.insert(file).second) return;
  const std::string text = content(file);
  std::error_code ignored;
  for (std::size_t open = text.find_first_of("\"'"); open != std::string::npos;) {
    const std::size_t close = text.find(text[open], open + 1);
    if (close == std::string::npos) return;
    const std::string word = text.substr(open + 1, close - open - 1);
    const fs::path named = file.parent_path() / word;
    if (!word.empty() && word.size() <= longest_name && fs::is_regular_file(named, ignored))
      add_simgrid_files(named, files);
    open = text.find_first_of("\"'", close + 1);
  }
}

// The data behind a scenario: what its inputs name beside it, and what its platform named, which may stand
// beside another file, such as that of a site.
std::set<fs::path> data_files(const Scenario& scenario) {
  std::set<fs::path> files;
  std::set<fs::path> of_simgrid;
  for (const Input& input : scenario.inputs)
    if (!input.value.empty() && input.value.size() <= longest_name)
      files.insert(scenario.file.parent_path() / input.value);
  for (const ClusterSpec& cluster : scenario.platform.clusters) {
    for (const Site::TraceUse& trace : cluster.site.traces) files.insert(trace.file);
    if (cluster.network && !cluster.network->fabric.file.empty())
      add_simgrid_files(cluster.network->fabric.file, of_simgrid);
  }
  files.merge(of_simgrid);
  std::erase_if(files, [](const fs::path& file) {
    std::error_code ignored;
    return !fs::is_regular_file(file, ignored);
  });
  return files;
}

// All that decides the results: the resolved scenario at seed 0, what its regions say in the library's
// tables, the data files that it names, the version.
std::string all_that_counts(const Scenario& scenario, const std::string& version) {
  std::string text = version + '\n' + scenario.resolved;
  for (const ClusterSpec& cluster : scenario.platform.clusters)
    text += fmt::format("\n{} {} {}", cluster.site.intensity.base(), describe(cluster.site.kind),
                        cluster.site.intensity_words);
  for (const fs::path& file : data_files(scenario))
    text += fmt::format("\n{}\n", fs::file_size(file)) + content(file);
  return text;
}

// What must be the same of all variants for their numbers to be about the same thing.
void check_comparable(const ComparisonPlan& plan, const PlannedVariant& variant, const Scenario& scenario,
                      std::string& mistakes) {
  const auto differ = [&](const std::string& what, const std::string& here, const std::string& there) {
    if (here != there)
      mistakes += fmt::format(
          "variant '{}': error: its {} is '{}', but that of '{}' is '{}'; they cannot be compared\n",
          variant.name, what, here, plan.variants.front().name, there);
  };
  differ("metric", scenario.objective.metric, plan.objective.metric);
  differ("direction", scenario.objective.direction == Direction::minimise ? "minimise" : "maximise",
         plan.objective.direction == Direction::minimise ? "minimise" : "maximise");
  differ("unit of resource", scenario.resource.unit, plan.resource_unit);
  differ("currency", scenario.accounting.currency, plan.currency);
}

// The names under `variants`, read without choosing one: they are there even if the scenario is valid only
// with one of them.
std::vector<std::string> variants_in(const ComparisonRequest& request, const std::vector<fs::path>& library) {
  Document document = Document::load(request.scenario, library);
  for (const std::string& assignment : request.assignments) document.set(assignment);
  return document.take_alternatives("variants");
}

}  // namespace

std::string set_besides(const std::vector<std::string>& assignments, const std::string& path,
                        const std::string& typed) {
  for (const std::string& assignment : assignments)
    if (assignment.starts_with(path + "="))
      return fmt::format("{}: error: --set {} fixes what this varies; leave one of them out\n", typed,
                         assignment);
  return {};
}

ComparisonPlan plan_comparison(const ComparisonRequest& request, const std::vector<fs::path>& library,
                               const std::string& version, std::vector<PlannedVariant> instead) {
  std::string mistakes;
  std::vector<Varied> vary;
  for (const std::string& text : request.vary) {
    Varied varied = read_vary(text, mistakes);
    if (!varied.path.empty() && std::ranges::find(vary, varied.path, &Varied::path) != vary.end())
      mistakes += fmt::format("--vary {}: error: '{}' varies already; put its values into one --vary\n", text,
                              varied.path);
    else
      mistakes += set_besides(request.assignments, varied.path, "--vary " + text);
    vary.push_back(std::move(varied));
  }
  if (!mistakes.empty()) throw ConfigError{mistakes};

  ComparisonPlan plan;
  plan.variants = instead.empty() ? combinations(variants_in(request, library), vary) : std::move(instead);
  if (plan.variants.size() > most_variants)
    throw ConfigError{fmt::format("--vary: error: more than {} variants\n", most_variants)};
  std::set<std::string> folders;
  for (const PlannedVariant& variant : plan.variants)
    if (!folders.insert(variant.folder).second)
      mistakes +=
          fmt::format("variant '{}': error: its folder would be that of another variant\n", variant.name);

  std::set<std::string> seen;  // a mistake of the scenario itself is one of every variant: it is shown once
  std::optional<std::uint64_t> seed;
  for (PlannedVariant& variant : plan.variants) {
    variant.assignments.insert(variant.assignments.begin(), request.assignments.begin(),
                               request.assignments.end());
    try {
      const Overrides overrides{variant.assignments, std::nullopt, variant.of_scenario};
      const Scenario scenario = load_scenario(request.scenario, overrides, library);
      const Scenario at_seed_0 =
          load_scenario(request.scenario, {overrides.assignments, 0, overrides.variant}, library);
      variant.digest = digest_of(all_that_counts(at_seed_0, version));
      variant.resolved = scenario.resolved;
      if (!seed) {
        seed = scenario.seed;
        plan.name = scenario.name;
        plan.objective = scenario.objective;
        plan.resource_unit = scenario.resource.unit;
        plan.currency = scenario.accounting.currency;
        plan.target = request.target ? request.target : scenario.stop.target;
      }
      check_comparable(plan, variant, scenario, mistakes);
      if (scenario.seed != *seed)
        mistakes += fmt::format(
            "variant '{}': error: it has a seed of its own, but variants share their seeds "
            "(that is what makes them comparable); use --seed and --seeds\n",
            variant.name);
    } catch (const ConfigError& error) {
      if (seen.insert(error.what()).second)
        mistakes += fmt::format("variant '{}':\n{}", variant.name, error.what());
    }
  }
  if (!mistakes.empty()) throw ConfigError{mistakes};
  const std::uint64_t first_seed = request.seed.value_or(*seed);
  if (request.seeds - 1 > largest_seed - first_seed)
    throw ConfigError{
        fmt::format("--seeds {}: error: the last seed would be beyond {}, the largest; begin lower\n",
                    request.seeds, largest_seed)};
  for (std::uint64_t i = 0; i < request.seeds; ++i) plan.seeds.push_back(first_seed + i);
  return plan;
}

void expect_different(const ComparisonPlan& plan) {
  std::map<std::string_view, std::vector<std::string_view>> by_digest;
  for (const PlannedVariant& variant : plan.variants) by_digest[variant.digest].push_back(variant.name);
  std::string text;
  for (const PlannedVariant& variant : plan.variants) {
    const auto& names = by_digest[variant.digest];
    if (names.size() > 1 && names.front() == variant.name)
      text += fmt::format(
          "variants '{}': error: they are the same scenario, and their results would count more "
          "than once in ranks and corrections; keep one of them\n",
          fmt::join(names, "', '"));
  }
  if (!text.empty()) throw ConfigError{text};
}

}  // namespace campaign_sim
