// The tree as it was read, written as YAML that reads back as the same values.
#include <fmt/format.h>

#include <algorithm>

#include "sim/config/document.hpp"
#include "sim/config/marked.hpp"
#include "sim/config/units.hpp"

namespace campaign_sim::config {
namespace {

bool is_word_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
         c == '/' || c == '+' || c == '-' || c == '(' || c == ')' || c == ' ' ||
         static_cast<unsigned char>(c) >= 0x80;
}

// Quoted only where plain text would read back as something else, also inside a flow list.
std::string write_scalar(const std::string& text) {
  const bool plain = !text.empty() && text.front() != ' ' && text.back() != ' ' && text.front() != '-' &&
                     text != "null" && text != "Null" && text != "NULL" &&
                     static_cast<unsigned char>(text.front()) < 0x80 &&
                     std::all_of(text.begin(), text.end(), is_word_character);
  const bool negative = text.size() > 1 && text[0] == '-' && text[1] >= '0' && text[1] <= '9' &&
                        std::all_of(text.begin(), text.end(), is_word_character) && text.back() != ' ';
  if ((plain && text != "..." && !text.starts_with("...")) || negative) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    if (c == '\n')
      quoted += "\\n";
    else if (c == '\t')
      quoted += "\\t";
    else if (c == '\r')
      quoted += "\\r";
    else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F)
      quoted += fmt::format("\\x{:02X}", static_cast<unsigned>(c));
    else
      quoted += c;
  }
  return quoted + '"';
}

std::string text_of(const Node& node, const std::string& currency) {
  if (node.quantity) return write_amount(node.quantity->base, node.quantity->dimension, currency);
  return node.text.value_or("");
}

bool all_scalars(const Node& node) {
  return std::all_of(node.items.begin(), node.items.end(),
                     [](const NodePtr& item) { return item->kind == Kind::scalar; });
}

// A list of scalars, on one line.
std::string write_list(const Node& node, const std::string& currency) {
  std::string text = "[";
  for (const auto& item : node.items)
    text += (text.size() > 1 ? ", " : "") + write_scalar(text_of(*item, currency));
  return text + "]";
}

bool is_shown(const Entry& entry) { return entry.read && entry.node->kind != Kind::null; }

class Writer {
 public:
  explicit Writer(const std::string& currency) : currency_{currency} {}

  void mapping(const Node& node, std::size_t indent, bool first_is_inline = false) {
    for (const auto& entry : node.entries) {
      if (!is_shown(entry)) continue;
      if (!first_is_inline) out_.append(indent, ' ');
      first_is_inline = false;
      value(entry, indent);
    }
  }

  std::string take() { return std::move(out_); }

 private:
  void value(const Entry& entry, std::size_t indent) {
    const Node& node = *entry.node;
    const char* note = entry.is_default ? "  # default" : "";
    const auto key = write_scalar(entry.key);
    if (node.kind == Kind::scalar) {
      const auto text = text_of(node, currency_);
      if (text == "unlimited" || text == "none") {
        // No limit cannot be written as a value: leaving the key out means it.
        if (node.quantity) {
          out_ += fmt::format("# {}: {}{}\n", key, text, note);
          return;
        }
      }
      out_ += fmt::format("{}: {}{}\n", key, write_scalar(text), note);
    } else if (node.kind == Kind::sequence && all_scalars(node)) {
      out_ += fmt::format("{}: {}{}\n", key, write_list(node, currency_), note);
    } else if (node.kind == Kind::sequence) {
      out_ += fmt::format("{}:{}\n", key, note);
      list(node, indent + 2);
    } else if (std::none_of(node.entries.begin(), node.entries.end(), is_shown)) {
      out_ += fmt::format("{}: {{}}{}\n", key, note);
    } else {
      const auto origin = node.used.empty() ? std::string{} : "  # " + node.used;
      out_ += fmt::format("{}:{}\n", key, origin);
      mapping(node, indent + 2);
    }
  }

  void list(const Node& node, std::size_t indent) {
    for (const auto& item : node.items) {
      out_ += fmt::format("{:{}}- ", "", indent);
      if (item->kind == Kind::scalar) {
        out_ += write_scalar(text_of(*item, currency_)) + "\n";
      } else if (item->kind == Kind::sequence && all_scalars(*item)) {
        out_ += write_list(*item, currency_) + "\n";
      } else if (std::none_of(item->entries.begin(), item->entries.end(), is_shown)) {
        out_ += "{}\n";
      } else {
        mapping(*item, indent + 2, true);
      }
    }
  }

  std::string out_;
  std::string currency_;
};

Mark mark_named(std::string_view name) {
  constexpr std::string_view names[] = {"unmarked",  "measured", "datasheet",
                                        "published", "assumed",  "calibrated"};
  const auto* found = std::find(std::begin(names), std::end(names), name);
  return found == std::end(names) ? Mark::unmarked : static_cast<Mark>(found - std::begin(names));
}

// `{value: 400 W, from: 300 W, to: 450 W, distribution: triangular}`; sim/config/uncertain.hpp reads it
// again.
std::string write_range(const Node& node) {
  std::string text;
  for (const auto& entry : node.entries)
    if (entry.node->text && (entry.key == "value" || is_range_key(entry.key)))
      text += fmt::format("{}{}: {}", text.empty() ? "{" : ", ", entry.key, *entry.node->text);
  return text + (node.whole ? ", whole numbers}" : "}");
}

class InputLister {
 public:
  explicit InputLister(const std::string& currency) : currency_{currency} {}

  void mapping(const Node& node, const std::string& path) {
    for (const auto& entry : node.entries)
      if (is_shown(entry)) value(*entry.node, join(path, entry.key), entry.is_default);
  }

  std::vector<Input> take() { return std::move(inputs_); }

 private:
  void value(const Node& node, const std::string& path, bool is_default) {
    if (node.kind == Kind::scalar) {
      add(path, text_of(node, currency_), is_default, node.is_number);
    } else if (node.kind == Kind::sequence && all_scalars(node)) {
      const bool are_numbers =
          !node.items.empty() &&
          std::ranges::all_of(node.items, [](const NodePtr& item) { return item->is_number; });
      add(path, write_list(node, currency_), is_default, are_numbers);
    } else if (node.kind == Kind::sequence) {
      for (std::size_t i = 0; i < node.items.size(); ++i)
        value(*node.items[i], join(path, std::to_string(i)), is_default);
    } else if (is_marked_value(node)) {
      marked(node, path, is_default);
    } else {
      mapping(node, path);
    }
  }

  void marked(const Node& node, const std::string& path, bool is_default) {
    const auto said = [&](std::string_view key) {
      for (const auto& entry : node.entries)
        if (entry.key == key && entry.node->text) return *entry.node->text;
      return std::string{};
    };
    const auto count = inputs_.size();
    if (is_range(node))
      add(path, range(node, path), is_default, true);
    else
      value(*marked_content(node), path, is_default);
    for (std::size_t i = count; i < inputs_.size(); ++i) {
      inputs_[i].source = said("source");
      inputs_[i].mark = mark_named(said("mark"));
    }
  }

  // What is written once and read at several keys is the same quantity: `*` and the first of them.
  std::string range(const Node& node, const std::string& path) {
    for (const auto& [place, first] : ranges_)
      if (place.source == node.place.source && place.line == node.place.line &&
          place.offset == node.place.offset)
        return "*" + first;
    ranges_.emplace_back(node.place, path);
    return write_range(node);
  }

  void add(const std::string& path, std::string text, bool is_default, bool is_number) {
    inputs_.push_back({path, std::move(text), "", Mark::unmarked, is_default, is_number});
  }

  const std::string& currency_;
  std::vector<Input> inputs_;
  std::vector<std::pair<Place, std::string>> ranges_;  // and the key that each was first read at
};

}  // namespace

std::string join(std::string_view path, std::string_view key) {
  return path.empty() ? std::string{key} : key.empty() ? std::string{path} : fmt::format("{}.{}", path, key);
}

std::string write_document(const Node& root, const std::string& currency) {
  Writer writer{currency};
  writer.mapping(root, 0);
  return writer.take();
}

std::vector<Input> list_inputs(const Node& root, const std::string& currency) {
  InputLister lister{currency};
  lister.mapping(root, "");
  return lister.take();
}

}  // namespace campaign_sim::config
