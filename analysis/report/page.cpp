#include "analysis/report/page.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <string_view>

#include "analysis/results_error.hpp"

namespace campaign_sim {

namespace {

constexpr std::array<std::string_view, 2> libraries = {"d3.min.js", "plot.umd.min.js"};  // in this order
constexpr std::array<std::string_view, 8> scripts = {"words.js",       "parts.js", "run_charts.js",
                                                     "uncertainty.js", "run.js",   "comparison_charts.js",
                                                     "comparison.js",  "report.js"};

std::string read(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  if (!in) throw ResultsError{"cannot read " + file.string() + ", a part of the page"};
  return {std::istreambuf_iterator<char>{in}, {}};
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t place = text.find(from); place != std::string::npos;
       place = text.find(from, place + to.size()))
    text.replace(place, from.size(), to);
}

// What a browser would take for the end of the element that the text stands in is written another way.
std::string as_script(std::string text) {
  replace_all(text, "</script", "<\\/script");
  return text;
}
std::string as_data(const nlohmann::ordered_json& data) {
  std::string text = data.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  replace_all(text, "<", "\\u003c");
  return text;
}
std::string as_html(std::string text) {
  replace_all(text, "&", "&amp;");
  replace_all(text, "<", "&lt;");
  return text;
}

}  // namespace

bool has_assets(const std::filesystem::path& assets) {
  return std::ranges::all_of(libraries,
                             [&](std::string_view name) { return std::filesystem::exists(assets / name); });
}

std::string page(const PageParts& parts, const nlohmann::ordered_json& data) {
  std::string code;
  for (const std::string_view name : libraries)
    code += "<script>" + as_script(read(parts.assets / name)) + "</script>\n";
  code += "<script>\n\"use strict\";\n";
  for (const std::string_view name : scripts) code += as_script(read(parts.page / name));
  code += "</script>\n";

  // The marks are looked for in the template alone: the texts put in may hold anything.
  const std::string frame = read(parts.page / "report.html");
  const std::array<std::pair<std::string_view, std::string>, 4> texts = {{
      {"@title@", as_html(data.at("title").get<std::string>())},
      {"@style@", read(parts.page / "style.css")},
      {"@data@", as_data(data)},
      {"@code@", std::move(code)},
  }};
  std::string result;
  std::size_t done = 0;
  for (const auto& [mark, text] : texts) {
    const std::size_t place = frame.find(mark, done);
    if (place == std::string::npos) throw ResultsError{"report.html has no place for " + std::string{mark}};
    result.append(frame, done, place - done).append(text);
    done = place + mark.size();
  }
  return result.append(frame, done);
}

}  // namespace campaign_sim
