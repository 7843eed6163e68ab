// A libFuzzer target: whatever bytes a user's file holds, the reader answers with values or a ConfigError.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "sim/config/reader.hpp"

using namespace campaign_sim;

namespace {

void read_as_usual(Reader root) {
  constexpr std::string_view names[] = {"asha", "random"};
  root.text_or("name", "a");
  root.quantity_or<Watts>("tdp", Watts{250}, more_than(0));
  root.quantity_or<MoneyPerJoule>("price", MoneyPerJoule{1e-8});
  root.flag_or("quick", false);
  if (root.has("list")) root.numbers("list", at_least(0));
  if (root.has("words")) root.texts("words");
  if (root.has("items"))
    for (auto& item : root.items("items")) item.integer("n", between(1, 9));
  if (root.has("entries"))
    for (auto& [name, entry] : root.entries("entries")) entry.number_or(name, 1);
  if (root.has("platform")) root.library_entry("platform", "").integer_or("nodes", 1);
  auto search = root.section("search");
  search.one_of("strategy", names);
  search.integer("eta", at_least(2));
  search.chosen_section("sampler", "kind", "random").number_or("gamma", 0.25);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string text{reinterpret_cast<const char*>(data), size};
  const auto cut = text.find("\n--set ");
  const std::string assignment = cut == std::string::npos ? "" : text.substr(cut + 7);
  // An include would read this machine's files.
  if (text.find("include") != std::string::npos) return 0;
  try {
    auto document = Document::parse(text.substr(0, cut), "fuzz.yaml");
    if (!assignment.empty()) document.set(assignment);
    read_as_usual(document.root());
    document.finish();
    const auto resolved = document.resolved();
    try {
      auto again = Document::parse(resolved, "resolved.yaml");
      read_as_usual(again.root());
      again.finish();
    } catch (const ConfigError& e) {  // what was accepted once must be accepted again
      std::fprintf(stderr, "%s\n%s", resolved.c_str(), e.what());
      std::abort();
    }
  } catch (const ConfigError&) {
  }
  return 0;
}
