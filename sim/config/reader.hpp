// YAML files as checked values that know where they stand.
//
// A `Document` is one tree: a file, the files it includes or names, and the overrides of the command
// line. A `Reader` is a cursor on one mapping of it. Reading a key is what makes it known: when the
// document is finished, a key that nobody read is an error. Mistakes do not throw where they are found:
// they collect, a harmless value is returned, and `finish` reports all of them at once, each with
// file:line:column, the line, a caret, what was expected and the nearest valid name.
//
// Any scalar may also be written with its origin: `tdp: {value: 250 W, source: "…", mark: datasheet}`.
// What was read, defaults included, can be printed as a resolved document.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/core/units.hpp"

namespace campaign_sim {

// The user's mistakes, one message a line group, ready to print. Exit status 2.
class ConfigError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// The numbers a key accepts; a message says it in words. Values are in base units.
struct Range {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  bool low_open = false;  // low itself is not accepted
  bool high_open = false;
};
constexpr Range any() { return {}; }
constexpr Range at_least(double low) { return {.low = low}; }
constexpr Range more_than(double low) { return {.low = low, .low_open = true}; }
constexpr Range between(double low, double high) { return {.low = low, .high = high}; }

// How sure a value is. Written in YAML as `mark:`.
enum class Mark : std::uint8_t { unmarked, measured, datasheet, published, assumed, calibrated };

// One scalar as it was read, for the manifest and the summary.
struct Input {
  std::string path;    // search.eta
  std::string value;   // as written, unit included; or the default
  std::string source;  // empty if none is given
  Mark mark = Mark::unmarked;
  bool is_default = false;
  bool is_number = false;  // or an amount, a range or a list of these; not a name, a file or a date
};

namespace config {
struct Cursor;
}
class Reader;

class Document {
 public:
  // Reads and parses a file and what it includes (`include: other.yaml`, relative to the including
  // file; the including file's keys win). `library` holds the folders that are searched, in this
  // order, for the files that `Reader::library_entry` names.
  // Throws ConfigError if there is nothing to read: missing, a directory, binary, too large, bad YAML.
  static Document load(const std::filesystem::path& file, std::vector<std::filesystem::path> library);
  // The same from text; `name` stands for the file in messages.
  static Document parse(std::string text, std::string name, std::vector<std::filesystem::path> library = {});

  Document(Document&&) noexcept;
  Document& operator=(Document&&) noexcept;
  ~Document();

  // Sets one value as if it stood in the file, e.g. "search.eta", "4". A path through a scalar that
  // names a library entry (`platform: p100`, "platform.nodes") makes an override of that entry.
  // `typed` is what messages quote, where the user typed something else than --set and the assignment.
  // Throws ConfigError if the assignment is malformed; a wrong key or value is found when it is read.
  void set(std::string_view assignment, std::string_view typed = {});  // path.to.key=value

  // Takes the mapping under `key` out of the tree: alternatives, by the names they have there, each a tree of
  // what is different. Returns the names, in the order of the file; none if the key is not there.
  std::vector<std::string> take_alternatives(std::string_view key);
  // Lays the alternative of that name, which must be one of those, over the tree, as if it stood in the file.
  void choose(std::string_view alternative);

  Reader root();

  // Reports unknown keys and every collected mistake. Throws ConfigError if there is one.
  void finish();

  // The tree as it was read, every default filled in and marked, as YAML that gives the same scenario.
  std::string resolved() const;
  // Every scalar that was read, in the order of the resolved document.
  const std::vector<Input>& inputs() const;
  // The currency of the document's prices ("USD" if it names none); mixing two is a mistake.
  std::string currency() const;
  // The folder of the main file: what relative paths in it are relative to.
  const std::filesystem::path& folder() const;

  struct Impl;  // private to reader.cpp

 private:
  explicit Document(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

class Reader {
 public:
  // Whether the mapping has the key (does not make it known).
  bool has(std::string_view key) const;
  // Whether the key holds one value, not a list or a mapping (does not make it known).
  bool is_scalar(std::string_view key) const;
  // Whether the key holds a word: one value that is no number (does not make it known).
  bool is_word(std::string_view key) const;
  // The keys present, in the order of the file.
  std::vector<std::string> keys() const;
  // Whether nothing below this mapping was rejected so far.
  bool ok() const;
  // Dotted path of this mapping ("search"), empty for the root.
  std::string path() const;

  // Scalars. The plain form is required; `_or` gives the default of a key that may be left out.
  // Numbers may carry k, M, G or T (10^3 … 10^12): `300 k`.
  double number(std::string_view key, Range range = any());
  double number_or(std::string_view key, double fallback, Range range = any());
  std::int64_t integer(std::string_view key, Range range = any());
  std::int64_t integer_or(std::string_view key, std::int64_t fallback, Range range = any());
  bool flag_or(std::string_view key, bool fallback);
  std::string text(std::string_view key);
  std::string text_or(std::string_view key, std::string_view fallback);
  // One of a list of names; a wrong one is answered with the nearest.
  std::string one_of(std::string_view key, std::span<const std::string_view> names);
  std::string one_of_or(std::string_view key, std::string_view fallback,
                        std::span<const std::string_view> names);
  // A number with a unit of the right dimension: `250 W`, `0.43 kg/kWh`.
  template <class Q>
  Q quantity(std::string_view key, Range range = any()) {
    return Q{quantity_base(key, Q::dimension, std::nullopt, range)};
  }
  template <class Q>
  Q quantity_or(std::string_view key, Q fallback, Range range = any()) {
    return Q{quantity_base(key, Q::dimension, fallback.base(), range)};
  }

  // A sequence of scalars; required unless has(key).
  std::vector<double> numbers(std::string_view key, Range range = any());
  std::vector<std::string> texts(std::string_view key);
  // A sequence of mappings.
  std::vector<Reader> items(std::string_view key);

  // A mapping below this one. `section` is required; `section_or_empty` reads as if `key: {}` stood there.
  Reader section(std::string_view key);
  Reader section_or_empty(std::string_view key);
  // The mappings below this one that the user names (`clusters: {a: {…}, b: {…}}`), in the file's order.
  std::vector<std::pair<std::string, Reader>> entries(std::string_view key);
  // A part chosen by name, `sampler: tpe`, or by name with its settings, `sampler: {kind: tpe, gamma: 0.2}`:
  // both read as the mapping; a missing one reads as `{kind: fallback}`. `tag` is the name's key, "kind".
  Reader chosen_section(std::string_view key, std::string_view tag, std::string_view fallback);
  // A library file that the user names, `accelerator: v100-sxm2`, or names and overrides,
  // `accelerator: {use: v100-sxm2, tdp: 250 W}`, or writes in full. `kind` is the folder below the
  // library's own, and the word for messages: "accelerators".
  Reader library_entry(std::string_view key, std::string_view kind);

  // A file that the user names: a relative path is relative to the file that names it, or, on the command
  // line, to where the user stands. Whether it exists is for the caller to find out.
  std::filesystem::path file(std::string_view key);
  // The files of that kind of name in the library's folders, `grids/*.csv`; of two with one name the first
  // folder's counts. In the order of their names.
  std::vector<std::filesystem::path> library_files(std::string_view kind, std::string_view extension) const;
  // The prices in what the key names are in this currency: a document has one.
  void use_currency(std::string_view key, const std::string& currency);
  // What stands under the key is known, and of no interest to this caller.
  void skip(std::string_view key);

  // A mistake only the caller can see. `key` may be empty: the section itself is at fault.
  void reject(std::string_view key, std::string message);

 private:
  friend class Document;
  explicit Reader(std::shared_ptr<config::Cursor> cursor);
  double quantity_base(std::string_view key, std::array<int, 6> dimension, std::optional<double> fallback,
                       Range range);
  std::shared_ptr<config::Cursor> cursor_;
};

// The name among `names` that is nearest to `name` (edit distance), if one is near enough to suggest.
std::optional<std::string> nearest_name(std::string_view name, std::span<const std::string_view> names);

}  // namespace campaign_sim
