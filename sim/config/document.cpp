#include "sim/config/document.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "sim/config/cursor.hpp"
#include "sim/config/layers.hpp"
#include "sim/config/marked.hpp"
#include "sim/config/simgrid_xml.hpp"
#include "sim/core/expect.hpp"

namespace campaign_sim {

namespace fs = std::filesystem;
using namespace config;

namespace {

constexpr std::size_t most_files = 1000;

fs::path identity(const fs::path& file) {
  std::error_code error;
  const auto canonical = fs::weakly_canonical(file, error);
  return error ? file : canonical;
}

// "a -> b -> a"
template <class Names>
std::string cycle(const Names& names, std::string last) {
  std::string text;
  for (const auto& name : names) text += printable(fs::path{name}.string()) + " -> ";
  return text + printable(last);
}

bool is_entry_name(const std::string& name) {
  return !name.empty() && name.front() != '.' && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  });
}

// The names that a kind has in the library, sorted.
std::vector<std::string> entry_names(const std::vector<fs::path>& library, std::string_view kind) {
  std::set<std::string> names;
  for (const auto& folder : library) {
    std::error_code error;
    for (fs::directory_iterator it{folder / kind, error}, end; !error && it != end; it.increment(error))
      if (it->path().extension() == ".yaml") names.insert(it->path().stem().string());
  }
  return {names.begin(), names.end()};
}

std::string list_folders(const std::vector<fs::path>& library, std::string_view kind) {
  std::string text;
  for (const auto& folder : library)
    text += (text.empty() ? "" : ", ") + printable((kind.empty() ? folder : folder / kind).string());
  return text.empty() ? "no folder" : text;
}

// One step of an override's path: the value below `node`, made if it is not there.
NodePtr& step_into(NodePtr& node, const std::string& key, const Place& place) {
  if (node->kind == Kind::sequence) {
    std::size_t index = 0;
    const char* end = key.data() + key.size();
    const auto [stop, error] = std::from_chars(key.data(), end, index);
    if (error != std::errc{} || stop != end || index >= node->items.size())
      throw ConfigError{show({place, "",
                              fmt::format("'{}' is no index of a list of {} (they count from 0)",
                                          printable(key), node->items.size())})};
    return node->items[index];
  }
  if (is_marked_value(*node) && key != "value" && !is_origin_key(key) && !is_range_key(key)) {
    node = marked_content(*node);  // it names something: what follows goes below the name
    return step_into(node, key, place);
  }
  node->kind = Kind::mapping;
  if (!node->find(key)) {
    node->entries.push_back({key, place, std::make_shared<Node>()});
    node->entries.back().node->place = place;
  }
  return node->find(key)->node;
}

std::vector<std::string> split_path(std::string_view path) {
  std::vector<std::string> parts;
  for (;;) {
    const auto dot = path.find('.');
    parts.emplace_back(path.substr(0, dot));
    if (dot == std::string_view::npos) return parts;
    path.remove_prefix(dot + 1);
  }
}

}  // namespace

void Document::Impl::reject(const Place& place, std::string path, std::string message) {
  mistakes.push_back({place, std::move(path), std::move(message)});
}

NodePtr Document::Impl::read_text(const std::shared_ptr<Source>& source, const std::vector<fs::path>& chain) {
  source->order = sources++;
  check_text(source);
  auto tree = parse_tree(source, mistakes);
  if (tree->kind == Kind::null)
    throw ConfigError{fmt::format("{}: error: the file holds no values\n", source->name)};
  if (tree->kind != Kind::mapping)
    throw ConfigError{show({tree->place, "", "a file must be a mapping (lines of 'key: value')"})};
  lay_over_includes(tree, chain);
  return tree;
}

void Document::Impl::lay_over_includes(NodePtr& tree, const std::vector<fs::path>& chain) {
  const auto found = std::find_if(tree->entries.begin(), tree->entries.end(),
                                  [](const Entry& e) { return e.key == "include"; });
  if (found == tree->entries.end()) return;
  const NodePtr list = found->node;
  tree->entries.erase(found);
  auto base = make_mapping(tree->place);
  const std::vector<NodePtr> one{list};
  for (const auto& item : list->kind == Kind::sequence ? list->items : one) {
    if (item->kind != Kind::scalar) {
      reject(item->place, "include", "'include' must be a path or a list of paths");
      continue;
    }
    const auto file = item->place.source->folder / *item->text;
    if (std::find(chain.begin(), chain.end(), identity(file)) != chain.end()) {
      reject(item->place, "include",
             fmt::format("'{}' includes itself in the end; remove one include", printable(*item->text)));
      continue;
    }
    try {
      base = merge(base, read_file(file, chain));
    } catch (const ConfigError& e) {
      std::string why = e.what();
      if (why.ends_with('\n')) why.pop_back();
      reject(item->place, "include", "this file cannot be included:\n" + why);
    }
  }
  const Place place = tree->place;
  tree = merge(base, tree);
  tree->place = place;
}

NodePtr Document::Impl::read_file(const fs::path& file, std::vector<fs::path> chain) {
  const auto id = identity(file);
  if (const auto known = files.find(id); known != files.end()) return copy_tree(*known->second);
  if (files.size() >= most_files) throw ConfigError{"error: more than 1000 files are included\n"};
  chain.push_back(id);
  auto tree = read_text(read_source(file), chain);
  files.emplace(id, copy_tree(*tree));
  return tree;
}

std::optional<Document::Impl::Found> Document::Impl::find_entry(const std::string& name,
                                                                std::string_view kind, const Place& place,
                                                                const std::string& path,
                                                                std::vector<std::string> chain) {
  const auto word = std::string{kind.empty() ? "platforms" : kind};
  if (kind.empty() && name.ends_with(".xml")) {
    const fs::path file = place.source ? place.source->folder / name : fs::path{name};
    NodePtr tree = read_simgrid_xml(file, sources++, mistakes);
    tree->entries.insert(tree->entries.begin(), {"name", place, make_scalar(file.stem().string(), place)});
    tree->entries.front().is_implied = true;
    return Found{std::move(tree), std::move(chain)};
  }
  if (!is_entry_name(name)) {
    reject(place, path,
           fmt::format("'{}' is not the name of an entry of the library's {}", printable(name), word));
    return std::nullopt;
  }
  const auto holder = std::find_if(library.begin(), library.end(), [&](const fs::path& candidate) {
    std::error_code error;
    return fs::exists(candidate / kind / (name + ".yaml"), error);
  });
  if (holder == library.end()) {
    const auto names = entry_names(library, kind);
    const std::vector<std::string_view> views{names.begin(), names.end()};
    const auto near = nearest_name(name, views);
    reject(place, path,
           fmt::format("no '{}' among the {}{} (searched {})", name, word,
                       near ? fmt::format("; did you mean '{}'?", *near) : "", list_folders(library, kind)));
    return std::nullopt;
  }
  const auto file = *holder / kind / (name + ".yaml");
  const auto id = identity(file).string();
  if (const auto first = std::find(chain.begin(), chain.end(), id); first != chain.end()) {
    std::vector<std::string> names;
    for (auto it = first; it != chain.end(); ++it) names.push_back(fs::path{*it}.stem().string());
    reject(place, path, fmt::format("'{}' is made of itself ({})", name, cycle(names, name)));
    return std::nullopt;
  }
  chain.push_back(id);
  Found result;
  try {
    result.tree = read_file(file, {});
  } catch (const ConfigError& e) {
    std::string why = e.what();
    if (why.ends_with('\n')) why.pop_back();
    reject(place, path, fmt::format("'{}' of the library cannot be read:\n{}", name, why));
    return std::nullopt;
  }
  if (const auto* use = result.tree->find("use"); use && use->node->kind == Kind::scalar) {
    const std::string other = *use->node->text;
    const Place use_place = use->node->place;
    std::erase_if(result.tree->entries, [](const Entry& e) { return e.key == "use"; });
    auto below = find_entry(other, kind, use_place, path, chain);
    if (!below) return std::nullopt;
    const Place own_place = result.tree->place;
    result.tree = merge(below->tree, result.tree);
    result.tree->place = own_place;
    chain = below->files;
  }
  if (auto* named = result.tree->find("name"); !named || named->is_implied) {
    std::erase_if(result.tree->entries, [](const Entry& e) { return e.key == "name"; });
    result.tree->entries.insert(result.tree->entries.begin(), {"name", place, make_scalar(name, place)});
    result.tree->entries.front().is_implied = true;
  }
  result.files = std::move(chain);
  return result;
}

void Document::Impl::report_unknown_keys(const Node& node, const std::string& path) {
  for (std::size_t i = 0; i < node.items.size(); ++i)
    report_unknown_keys(*node.items[i], join(path, std::to_string(i)));
  for (const auto& entry : node.entries) {
    if (entry.read) {
      report_unknown_keys(*entry.node, join(path, entry.key));
      continue;
    }
    if (!node.opened || node.forgives_unknown || entry.superseded || entry.is_default || entry.is_implied)
      continue;
    std::vector<std::string_view> names;
    for (const auto& asked : node.asked)
      if (std::find(names.begin(), names.end(), asked) == names.end()) names.push_back(asked);
    std::string message = fmt::format("unknown key '{}'", printable(entry.key));
    if (!path.empty()) message += " in " + path;
    if (const auto near = nearest_name(entry.key, names)) {
      message += fmt::format("; did you mean '{}'?", *near);
    } else if (!names.empty()) {
      message += fmt::format("; the keys here are '{}'", fmt::join(names, "', '"));
    }
    reject(entry.place, join(path, entry.key), std::move(message));
  }
}

Document::Document(std::unique_ptr<Impl> impl) : impl_{std::move(impl)} {}
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;
Document::~Document() = default;

Document Document::load(const fs::path& file, std::vector<fs::path> library) {
  auto impl = std::make_unique<Impl>();
  impl->library = std::move(library);
  impl->folder = file.parent_path();
  impl->root = impl->read_file(file, {});
  return Document{std::move(impl)};
}

Document Document::parse(std::string text, std::string name, std::vector<fs::path> library) {
  auto impl = std::make_unique<Impl>();
  impl->library = std::move(library);
  auto source = std::make_shared<Source>();
  source->folder = impl->folder = fs::path{name}.parent_path();
  source->name = std::move(name);
  source->text = std::move(text);
  impl->root = impl->read_text(source, {});
  return Document{std::move(impl)};
}

void Document::set(std::string_view assignment, std::string_view typed) {
  auto source = std::make_shared<Source>();
  source->name = typed.empty() ? "--set " + printable(assignment) : printable(typed);
  source->order = 1'000'000 + impl_->sources++;  // after every file
  source->origin = Origin::command_line;
  const Place place{source, 0, 0};
  const auto equals = assignment.find('=');
  const auto parts = split_path(assignment.substr(0, equals));
  if (equals == std::string_view::npos || std::any_of(parts.begin(), parts.end(), [](const auto& p) {
        return p.empty() || p.find(' ') != std::string::npos;
      }))
    throw ConfigError{show({place, "", "expected path.to.key=value, such as search.eta=4"})};
  if (parts.size() > deepest)
    throw ConfigError{show({place, "", fmt::format("the path is more than {} levels deep", deepest)})};
  source->text = assignment.substr(equals + 1);
  auto value = std::make_shared<Node>();
  value->place = place;
  if (!source->text.empty()) {
    check_text(source);
    value = parse_tree(source, impl_->mistakes);
  }
  NodePtr* node = &impl_->root;
  for (std::size_t i = 0; i + 1 < parts.size(); ++i) node = &step_into(*node, parts[i], place);
  const auto& key = parts.back();
  step_into(*node, key, place);  // checks indices, and keeps a name that stands here
  if ((*node)->kind == Kind::sequence) {
    step_into(*node, key, place) = value;
    return;
  }
  if (key == "value")  // what is said about the old value does not hold for the new one
    std::erase_if((*node)->entries,
                  [](const Entry& e) { return is_origin_key(e.key) || is_range_key(e.key); });
  put(**node, key, place, std::move(value));
}

std::vector<std::string> Document::take_alternatives(std::string_view key) {
  const Entry* found = impl_->root->find(key);
  if (!found) return {};
  const Entry entry = *found;
  std::erase_if(impl_->root->entries, [&](const Entry& e) { return e.key == key; });
  const std::string path{key};
  if (entry.node->kind != Kind::mapping || entry.node->entries.empty()) {
    impl_->reject(entry.place, path,
                  fmt::format("'{}' must name at least one: `{}: {{a: {{…}}, b: {{…}}}}`", key, key));
    return {};
  }
  impl_->alternatives = entry.node;
  std::vector<std::string> names;
  for (const Entry& one : entry.node->entries) {
    names.push_back(one.key);
    if (!is_entry_name(one.key))
      impl_->reject(one.place, join(path, one.key),
                    fmt::format("'{}' cannot be a folder's name; use letters, digits, '-', '_' and '.'",
                                printable(one.key)));
    if (one.node->kind != Kind::mapping && one.node->kind != Kind::null)
      impl_->reject(one.node->place, join(path, one.key),
                    fmt::format("'{}' must be a mapping of what is different, such as {{search: {{eta: 4}}}}",
                                printable(one.key)));
  }
  return names;
}

void Document::choose(std::string_view alternative) {
  CS_EXPECT(impl_->alternatives && impl_->alternatives->find(alternative));
  const NodePtr chosen = impl_->alternatives->find(alternative)->node;
  if (chosen->kind == Kind::mapping) impl_->root = merge(impl_->root, chosen);
}

Reader Document::root() {
  impl_->root->opened = true;
  return Reader{std::make_shared<config::Cursor>(
      config::Cursor{impl_.get(), impl_->root, impl_->root->place, "", {}, false})};
}

void Document::finish() {
  impl_->report_unknown_keys(*impl_->root, "");
  impl_->inputs = list_inputs(*impl_->root, currency());
  if (const auto text = show_all(impl_->mistakes); !text.empty()) throw ConfigError{text};
}

std::string Document::resolved() const { return write_document(*impl_->root, currency()); }
const std::vector<Input>& Document::inputs() const { return impl_->inputs; }
std::string Document::currency() const { return impl_->currency.empty() ? "USD" : impl_->currency; }
const fs::path& Document::folder() const { return impl_->folder; }

}  // namespace campaign_sim
