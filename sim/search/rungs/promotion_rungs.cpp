#include "sim/search/rungs/promotion_rungs.hpp"

#include <cmath>
#include <utility>

#include "sim/search/rungs/brackets.hpp"

namespace campaign_sim {

std::vector<Resource> promotion_levels(PromotionRule rule, Resource min_resource, Resource max_resource,
                                       std::int64_t eta) {
  std::vector<Resource> levels;
  if (rule == PromotionRule::neps) {
    const BracketProblem problem{max_resource, min_resource, eta};
    const BracketTable table = bracket_table(BracketRule::neps, problem);
    for (const Rung& rung : table.brackets.front().rungs) levels.push_back(rung.resource);
    return levels;
  }
  for (Resource level = min_resource; level <= max_resource; level = rung_above(level, eta, max_resource))
    levels.push_back(level);
  if (rule == PromotionRule::syne_tune && levels.back() < max_resource) levels.push_back(max_resource);
  return levels;
}

PromotionRungs::PromotionRungs(PromotionRule rule, std::vector<Resource> levels, std::int64_t eta)
    : rule_{rule}, levels_{std::move(levels)}, eta_{static_cast<std::uint64_t>(eta)}, rungs_(levels_.size()) {
  CS_EXPECT(!levels_.empty() && eta >= 2);
  for (std::size_t i = 0; i + 1 < levels_.size(); ++i)
    rungs_[i].cutoff = RunningQuantile{levels_[i] / levels_[i + 1]};
}

void PromotionRungs::enter(TrialId trial, std::size_t rung) {
  if (rule_ == PromotionRule::neps) rungs_.at(rung).training.insert(trial);
}

void PromotionRungs::record(TrialId trial, std::size_t rung, double loss) {
  auto& at = rungs_.at(rung);
  const Entry entry{rankable(loss), at.arrived++, trial};
  switch (rule_) {
    case PromotionRule::paper:
      at.all.insert(entry, at.arrived / eta_);
      break;
    case PromotionRule::syne_tune:
      at.cutoff.insert(entry.loss);
      break;
    case PromotionRule::neps:
      at.training.erase(trial);
      if (at.promoted_training.erase(trial) > 0) return;
      break;
  }
  at.waiting.push(entry);
}

std::optional<TrialId> PromotionRungs::take_promotable(PromotionRung& rung) const {
  if (rule_ == PromotionRule::neps) {
    if (rung.waiting.size() + rung.training.size() < eta_) return std::nullopt;
    if (rung.waiting.empty() || !std::isfinite(rung.waiting.top().loss)) {
      if (rung.training.empty()) return std::nullopt;
      const TrialId trial = *rung.training.begin();
      rung.training.erase(rung.training.begin());
      rung.promoted_training.insert(trial);
      return trial;
    }
  } else {
    if (rung.waiting.empty() || !std::isfinite(rung.waiting.top().loss)) return std::nullopt;
    const Entry& best = rung.waiting.top();
    if (rule_ == PromotionRule::paper && (rung.all.low_size() == 0 || rung.all.low_border() < best))
      return std::nullopt;
    if (rule_ == PromotionRule::syne_tune && (rung.arrived < 2 || best.loss > rung.cutoff.value()))
      return std::nullopt;
  }
  const TrialId trial = rung.waiting.top().trial;
  rung.waiting.pop();
  return trial;
}

std::optional<PromotionRungs::Promotion> PromotionRungs::promote(std::size_t highest) {
  for (std::size_t rung = std::min(highest, top()); rung-- > 0;) {
    const auto trial = take_promotable(rungs_[rung]);
    if (!trial) continue;
    enter(*trial, rung + 1);
    return Promotion{*trial, rung + 1};
  }
  return std::nullopt;
}

}  // namespace campaign_sim
