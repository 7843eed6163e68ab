#include <algorithm>
#include <numeric>

#include "sim/config/reader.hpp"

namespace campaign_sim {
namespace {

// Optimal string alignment distance: insertions, deletions, replacements and swaps of neighbours cost 1.
// Letters that differ only in case cost nothing, so that 'w' finds 'W'.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  const auto same = [&](char x, char y) { return lower(x) == lower(y); };
  std::vector<std::size_t> before_last(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  std::iota(last.begin(), last.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same(a[i - 1], b[j - 1]) ? 0u : 1u)});
      if (i > 1 && j > 1 && same(a[i - 1], b[j - 2]) && same(a[i - 2], b[j - 1]))
        row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    before_last = std::exchange(last, std::exchange(row, before_last));
  }
  return last[b.size()];
}

// 'batch' is short for 'batch_size'.
std::optional<std::string> shortest_beginning_with(std::string_view name,
                                                   std::span<const std::string_view> names) {
  constexpr std::size_t enough_to_mean_it = 3;
  std::optional<std::string> shortest;
  if (name.size() < enough_to_mean_it) return shortest;
  for (const auto candidate : names)
    if (candidate.starts_with(name) && (!shortest || candidate.size() < shortest->size()))
      shortest = std::string{candidate};
  return shortest;
}

}  // namespace

std::optional<std::string> nearest_name(std::string_view name, std::span<const std::string_view> names) {
  constexpr std::size_t longest = 100;
  if (name.empty() || name.size() > longest) return std::nullopt;
  std::optional<std::string> nearest;
  std::size_t best = 0;
  for (const auto candidate : names) {
    if (candidate.empty() || candidate.size() > longest) continue;
    const auto distance = edit_distance(name, candidate);
    const auto enough = std::max<std::size_t>(1, std::max(name.size(), candidate.size()) / 3);
    const bool all_new = distance >= std::max(name.size(), candidate.size());
    if (distance <= enough && !all_new && (!nearest || distance < best)) {
      nearest = std::string{candidate};
      best = distance;
    }
  }
  return nearest ? nearest : shortest_beginning_with(name, names);
}

}  // namespace campaign_sim
