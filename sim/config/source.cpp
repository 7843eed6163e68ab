#include "sim/config/source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>
#include <tuple>

#include "sim/config/reader.hpp"

namespace campaign_sim::config {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t largest_file = 16u << 20;
constexpr std::size_t widest_line = 100;  // columns shown of the user's line
constexpr std::size_t context = 60;       // of these, at most so many stand left of the caret

struct CodePoint {
  char32_t value;
  std::size_t bytes;
};

// Strict UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF.
std::optional<CodePoint> decode(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned first = byte(0);
  if (first < 0x80) return CodePoint{first, 1};
  const std::size_t bytes = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < bytes) return std::nullopt;
  char32_t value = first & (0xFFu >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xC0u) != 0x80u) return std::nullopt;
    value = value << 6 | (byte(i) & 0x3Fu);
  }
  const char32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
  if (value < smallest[bytes] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
    return std::nullopt;
  return CodePoint{value, bytes};
}

// Columns on a terminal, after Unicode's East Asian Width and its main block of combining marks.
std::size_t width(char32_t c) {
  struct Span {
    char32_t low, high;
  };
  if (c >= 0x300 && c <= 0x36F) return 0;
  for (const auto& [low, high] : {Span{0x1100, 0x115F}, Span{0x2E80, 0xA4CF}, Span{0xAC00, 0xD7A3},
                                  Span{0xF900, 0xFAFF}, Span{0xFE30, 0xFE6F}, Span{0xFF00, 0xFF60},
                                  Span{0xFFE0, 0xFFE6}, Span{0x1F300, 0x1FAFF}, Span{0x20000, 0x3FFFD}})
    if (c >= low && c <= high) return 2;
  return 1;
}

bool is_control(char32_t c) { return c < 0x20 || (c >= 0x7F && c < 0xA0); }

struct Glyph {
  std::string text;
  std::size_t width;
  std::size_t offset;
};

std::vector<Glyph> glyphs(std::string_view line) {
  std::vector<Glyph> all;
  for (std::size_t at = 0; at < line.size();) {
    const auto decoded = decode(line.substr(at));
    const auto point = decoded.value_or(CodePoint{U'?', 1});
    std::string_view text = line.substr(at, point.bytes);
    if (!decoded || is_control(point.value)) text = point.value == '\t' ? " " : "?";
    all.push_back({std::string{text}, is_control(point.value) ? 1 : width(point.value), at});
    at += point.bytes;
  }
  return all;
}

std::string_view line_of(const Place& place) {
  std::string_view rest = place.source->text;
  for (std::size_t i = 0; i < place.line; ++i) {
    const auto end = rest.find('\n');
    if (end == std::string_view::npos) return {};
    rest.remove_prefix(end + 1);
  }
  rest = rest.substr(0, rest.find('\n'));
  if (rest.ends_with('\r')) rest.remove_suffix(1);
  return rest;
}

std::string excerpt(const Place& place) {
  const auto line = glyphs(line_of(place));
  const auto caret = static_cast<std::size_t>(
      std::count_if(line.begin(), line.end(), [&](const Glyph& g) { return g.offset < place.offset; }));
  const bool clipped = line.size() > widest_line;
  const std::size_t first = clipped && caret > context ? caret - context : 0;
  const std::size_t last = clipped ? std::min(line.size(), first + widest_line) : line.size();
  std::string shown = first > 0 ? "  ..." : "  ";
  std::size_t column = shown.size();
  for (std::size_t i = first; i < last; ++i) {
    shown += line[i].text;
    if (i < caret) column += line[i].width;
  }
  if (last < line.size()) shown += "...";
  return shown + '\n' + std::string(column, ' ') + "^\n";
}

std::string missing_file(const fs::path& file) {
  std::vector<std::string> names;
  std::error_code error;
  const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path{"."};
  for (fs::directory_iterator it{folder, error}, end; !error && it != end; it.increment(error))
    names.push_back(it->path().filename().string());
  std::sort(names.begin(), names.end());
  const std::vector<std::string_view> views{names.begin(), names.end()};
  const auto near = nearest_name(file.filename().string(), views);
  return near ? fmt::format("there is no such file; did you mean '{}'?",
                            printable((file.parent_path() / *near).string()))
              : "there is no such file";
}

// Nothing if the file can be read as a text.
std::optional<std::string> unreadable(const fs::path& file) {
  std::error_code error;
  const auto status = fs::status(file, error);
  if (!fs::exists(status)) return missing_file(file);
  if (fs::is_directory(status)) return "this is a directory; name a YAML file in it";
  if (!fs::is_regular_file(status)) return "this is not a regular file";
  const auto size = fs::file_size(file, error);
  if (!error && size > largest_file)
    return fmt::format("the file is larger than 16 MiB ({} MiB): is it a scenario?", size >> 20);
  return std::nullopt;
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  std::size_t count = 0;
  for (const auto& glyph : glyphs(text)) {
    if (++count > 60) return out + "...";
    out += glyph.text;
  }
  return out;
}

std::string spell(const Place& place) {
  if (!place.source) return "scenario";
  if (place.source->origin == Origin::command_line) return place.source->name;
  const auto before = glyphs(line_of(place).substr(0, place.offset));
  return fmt::format("{}:{}:{}", place.source->name, place.line + 1, before.size() + 1);
}

std::string show(const Mistake& mistake) {
  const bool has_line = mistake.place.source && mistake.place.source->origin == Origin::file;
  return fmt::format("{}: error: {}\n{}", spell(mistake.place), mistake.message,
                     has_line ? excerpt(mistake.place) : "");
}

std::string show_all(std::vector<Mistake> mistakes) {
  const auto rank = [](const Mistake& m) {
    return std::tuple{m.place.source ? m.place.source->order : 0, m.place.line, m.place.offset};
  };
  std::stable_sort(mistakes.begin(), mistakes.end(),
                   [&](const Mistake& a, const Mistake& b) { return rank(a) < rank(b); });
  std::vector<std::string> shown;
  for (const auto& mistake : mistakes) {
    auto text = show(mistake);
    if (std::find(shown.begin(), shown.end(), text) == shown.end()) shown.push_back(std::move(text));
  }
  std::string all;
  for (const auto& text : shown) all += text;
  return all;
}

std::shared_ptr<Source> read_source(const fs::path& file) {
  const auto name = printable(file.string()).size() < 60 ? printable(file.string()) : file.string();
  if (const auto why = unreadable(file)) throw ConfigError{fmt::format("{}: error: {}\n", name, *why)};
  std::ifstream stream{file, std::ios::binary};
  auto source = std::make_shared<Source>();
  source->name = name;
  source->folder = file.parent_path();
  source->text.assign(std::istreambuf_iterator<char>{stream}, {});
  if (!stream.good() && !stream.eof())
    throw ConfigError{fmt::format("{}: error: the file cannot be read; check its permissions\n", name)};
  return source;
}

void check_text(const std::shared_ptr<Source>& source) {
  const auto& name = source->name;
  auto& text = source->text;
  if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);  // a byte order mark
  if (text.empty()) throw ConfigError{fmt::format("{}: error: the file is empty\n", name)};
  if (text.find('\0') != std::string::npos)
    throw ConfigError{fmt::format("{}: error: this is a binary file, not YAML\n", name)};
  Place place{source, 0, 0};
  std::size_t line_start = 0;
  for (std::size_t at = 0; at < text.size();) {
    place.offset = at - line_start;
    const auto point = decode(std::string_view{text}.substr(at, 4));
    if (!point) throw ConfigError{show({place, "", "this is not UTF-8 text: is it a binary file?"})};
    const char32_t c = point->value;
    if (is_control(c) && c != '\t' && c != '\n' && c != '\r')
      throw ConfigError{show(
          {place, "", fmt::format("control character U+{:04X}; remove it", static_cast<std::uint32_t>(c))})};
    at += point->bytes;
    if (c == '\n') {
      ++place.line;
      line_start = at;
    }
  }
}

}  // namespace campaign_sim::config
