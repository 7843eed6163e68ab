#include "sim/config/document.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/config/cursor.hpp"
#include "sim/config/layers.hpp"
#include "sim/core/expect.hpp"

namespace campaign_sim {

namespace fs = std::filesystem;
using namespace config;

namespace {

constexpr std::size_t most_files = 1000;

}  // namespace

std::filesystem::path config::identity(const fs::path& file) {
  std::error_code error;
  const auto canonical = fs::weakly_canonical(file, error);
  return error ? file : canonical;
}

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
  if (files.size() >= most_files)
    throw ConfigError{fmt::format("error: more than {} files are included\n", most_files)};
  chain.push_back(id);
  auto tree = read_text(read_source(file), chain);
  files.emplace(id, copy_tree(*tree));
  return tree;
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
