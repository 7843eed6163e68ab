#include "sim/search/constraint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <functional>
#include <limits>
#include <string_view>
#include <utility>
#include <vector>

namespace campaign_sim {

namespace {

using Function = std::function<double(const Configuration&)>;

// What a part of the text means; truths are 0 and 1.
struct Term {
  Function value;
  bool is_truth = false;
};

// More than anyone writes, and far from the end of the stack.
constexpr int deepest_nesting = 100;
constexpr std::size_t longest_text = 1000;

// A recursive descent, one function a level of precedence, loosest first.
class Parser {
 public:
  Parser(std::string_view text, const Space& space) : text_{text}, space_{space} {}

  Constraint parse() {
    if (text_.size() > longest_text) fail("longer than anyone reads; write several constraints");
    Term whole = disjunction();
    skip_spaces();
    if (position_ < text_.size()) fail("expected an operator, 'and', 'or' or the end");
    if (!whole.is_truth)
      fail("compare it with something (`<=`, `==`, …): a number alone is neither true nor false");
    return {std::string{text_}, [value = std::move(whole.value),
                                 mentioned = std::move(mentioned_)](const Configuration& configuration) {
              const bool all_active = std::ranges::none_of(
                  mentioned, [&](std::size_t i) { return std::isnan(configuration.values[i]); });
              return !all_active || value(configuration) != 0;
            }};
  }

 private:
  Term disjunction() {
    Term left = conjunction();
    while (take_word("or")) {
      Term right = conjunction();
      need_truths(left, right, "or");
      left.value = [a = std::move(left.value), b = std::move(right.value)](const Configuration& c) {
        return a(c) != 0 || b(c) != 0 ? 1.0 : 0.0;
      };
    }
    return left;
  }

  Term conjunction() {
    Term left = negation();
    while (take_word("and")) {
      Term right = negation();
      need_truths(left, right, "and");
      left.value = [a = std::move(left.value), b = std::move(right.value)](const Configuration& c) {
        return a(c) != 0 && b(c) != 0 ? 1.0 : 0.0;
      };
    }
    return left;
  }

  Term negation() {
    if (!take_word("not")) return comparison();
    const Depth depth{*this};
    Term term = negation();
    need_truths(term, term, "not");
    return {[a = std::move(term.value)](const Configuration& c) { return a(c) != 0 ? 0.0 : 1.0; }, true};
  }

  Term comparison() {
    Term left = sum();
    for (const std::string_view sign : {"<=", ">=", "==", "!=", "<", ">"}) {
      if (!take(sign)) continue;
      Term right = sum();
      need_numbers(left, right, sign);
      return {compare(sign, std::move(left.value), std::move(right.value)), true};
    }
    return left;
  }

  static Function compare(std::string_view sign, Function a, Function b) {
    const auto make = [&](auto holds) -> Function {
      return [a = std::move(a), b = std::move(b), holds](const Configuration& c) {
        return holds(a(c), b(c)) ? 1.0 : 0.0;
      };
    };
    if (sign == "<=") return make(std::less_equal<>{});
    if (sign == ">=") return make(std::greater_equal<>{});
    if (sign == "==") return make(std::equal_to<>{});
    if (sign == "!=") return make(std::not_equal_to<>{});
    if (sign == "<") return make(std::less<>{});
    return make(std::greater<>{});
  }

  Term sum() {
    Term left = product();
    for (;;) {
      if (take("+"))
        left = combine(std::move(left), product(), "+", [](double a, double b) { return a + b; });
      else if (take("-"))
        left = combine(std::move(left), product(), "-", [](double a, double b) { return a - b; });
      else
        return left;
    }
  }

  Term product() {
    Term left = factor();
    for (;;) {
      if (take("*"))
        left = combine(std::move(left), factor(), "*", [](double a, double b) { return a * b; });
      else if (take("/"))
        left = combine(std::move(left), factor(), "/", [](double a, double b) {
          return b == 0 ? std::numeric_limits<double>::quiet_NaN() : a / b;
        });
      else if (take("%"))
        left = combine(std::move(left), factor(), "%", [](double a, double b) { return std::fmod(a, b); });
      else
        return left;
    }
  }

  template <class Operation>
  Term combine(Term left, Term right, std::string_view sign, Operation operation) {
    need_numbers(left, right, sign);
    return {[a = std::move(left.value), b = std::move(right.value), operation](const Configuration& c) {
      return operation(a(c), b(c));
    }};
  }

  Term factor() {
    const Depth depth{*this};
    if (take("-")) {
      Term term = factor();
      need_numbers(term, term, "-");
      return {[a = std::move(term.value)](const Configuration& c) { return -a(c); }};
    }
    if (take("(")) {
      Term inside = disjunction();
      if (!take(")")) fail("expected ')'");
      return inside;
    }
    if (position_ < text_.size() && (digit(text_[position_]) || text_[position_] == '.')) return number();
    return parameter();
  }

  Term number() {
    double value = 0;
    const char* const begin = text_.data() + position_;
    const auto [end, error] = std::from_chars(begin, text_.data() + text_.size(), value);
    if (error != std::errc{}) fail("this is not a finite number");
    position_ += static_cast<std::size_t>(end - begin);
    return {[value](const Configuration&) { return value; }};
  }

  Term parameter() {
    const auto name = word();
    if (name.empty()) fail("expected a number, a parameter or '('");
    const auto found = space_.find(name);
    if (!found) fail(fmt::format("there is no parameter '{}' in the space", name));
    const Parameter& parameter = space_.parameters[*found];
    const auto& numbers = parameter.choice_numbers;
    if (parameter.is_choice() && std::ranges::any_of(numbers, [](double n) { return std::isnan(n); }))
      fail(
          fmt::format("the choices of '{}' are not all numbers; a condition (`when:`) compares texts", name));
    position_ += name.size();
    mentioned_.push_back(*found);
    if (!parameter.is_choice()) return {[i = *found](const Configuration& c) { return c.values[i]; }};
    return {[i = *found, numbers](const Configuration& c) {
      return numbers[static_cast<std::size_t>(c.values[i])];
    }};
  }

  static bool digit(char c) { return c >= '0' && c <= '9'; }
  static bool letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_'; }

  void skip_spaces() {
    while (position_ < text_.size() && text_[position_] == ' ') ++position_;
  }

  // The name at the position, spaces before it skipped; empty if there is none.
  std::string_view word() {
    skip_spaces();
    std::size_t end = position_;
    while (end < text_.size() &&
           (letter(text_[end]) || (end > position_ && (digit(text_[end]) || text_[end] == '.'))))
      ++end;
    return text_.substr(position_, end - position_);
  }

  bool take_word(std::string_view expected) {
    if (word() != expected) return false;
    position_ += expected.size();
    return true;
  }

  bool take(std::string_view sign) {
    skip_spaces();
    if (!text_.substr(position_).starts_with(sign)) return false;
    position_ += sign.size();
    skip_spaces();
    return true;
  }

  void need_numbers(const Term& left, const Term& right, std::string_view sign) {
    if (left.is_truth || right.is_truth)
      fail(fmt::format("'{}' needs numbers at both sides, not a comparison", sign));
  }
  void need_truths(const Term& left, const Term& right, std::string_view word) {
    if (!left.is_truth || !right.is_truth) fail(fmt::format("'{}' needs comparisons, not numbers", word));
  }

  [[noreturn]] void fail(const std::string& what) const {
    throw ConstraintError{fmt::format("constraint '{}': {} (at character {})", text_, what, position_ + 1)};
  }

  struct Depth {
    explicit Depth(Parser& p) : parser{p} {
      if (++parser.depth_ > deepest_nesting) parser.fail("nested too deeply");
    }
    ~Depth() { --parser.depth_; }
    Depth(const Depth&) = delete;
    Depth& operator=(const Depth&) = delete;
    Parser& parser;
  };

  std::string_view text_;
  const Space& space_;
  std::size_t position_ = 0;
  int depth_ = 0;
  std::vector<std::size_t> mentioned_;
};

}  // namespace

Constraint parse_constraint(const std::string& text, const Space& space) {
  return Parser{text, space}.parse();
}

}  // namespace campaign_sim
