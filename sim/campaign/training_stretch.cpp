#include "sim/campaign/training_stretch.hpp"

#include <algorithm>
#include <cmath>

namespace campaign_sim {
namespace {

// A save that falls due within this share of an interval of the end is at the end: 0.1 + 0.2 is not 0.3.
constexpr double rounding = 1e-9;

Resource save(const TrainingStretch& stretch, std::uint64_t number) {
  const Resource due = stretch.saved + static_cast<double>(number) * stretch.save_every;
  return due > stretch.to - rounding * stretch.save_every ? stretch.to : due;
}

}  // namespace

std::optional<Resource> TrainingStretch::next_save() const {
  if (saves() == 0) return std::nullopt;
  return save(*this, 1);
}

std::uint64_t TrainingStretch::saves() const {
  if (save_every <= 0) return 0;
  return static_cast<std::uint64_t>(std::max(0.0, std::floor((to - saved) / save_every + rounding)));
}

Seconds TrainingStretch::duration() const {
  return per_unit * (to - from) + writing * static_cast<double>(saves());
}

StretchProgress TrainingStretch::whole() const {
  const std::uint64_t count = saves();
  return {to, count > 0 ? save(*this, count) : saved, count};
}

StretchProgress progress_after(const TrainingStretch& stretch, Seconds elapsed) {
  if (stretch.per_unit <= Seconds{}) return {stretch.from, stretch.saved, 0};
  StretchProgress progress{stretch.from, stretch.saved, 0};
  // How many saves are over: each ends a stretch of training and its own writing later than the one before.
  const std::uint64_t saves = stretch.saves();
  const auto end_of = [&](std::uint64_t number) {
    return stretch.per_unit * (save(stretch, number) - stretch.from) +
           stretch.writing * static_cast<double>(number);
  };
  const Seconds period = stretch.per_unit * stretch.save_every + stretch.writing;
  if (saves > 0) {
    const double behind = (elapsed - end_of(1)) / period;
    std::uint64_t over = behind < -1 ? 0 : std::min(saves, static_cast<std::uint64_t>(behind + 1));
    while (over > 0 && end_of(over) > elapsed) --over;
    while (over < saves && end_of(over + 1) <= elapsed) ++over;
    progress.saves = over;
    if (over > 0) progress.saved = progress.reached = save(stretch, over);
  }
  const Seconds since = elapsed - (progress.saves > 0 ? end_of(progress.saves) : Seconds{});
  const Resource next = progress.saves < saves ? save(stretch, progress.saves + 1) : stretch.to;
  progress.reached = std::min(next, progress.reached + std::max(0.0, since / stretch.per_unit));
  return progress;
}

std::optional<TrainingPiece> TrainingPieces::next() {
  const bool writes = stretch_.writing > Seconds{};
  const std::uint64_t saves = writes ? stretch_.saves() : 0;
  const bool is_due = saves_ < saves && at_ >= save(stretch_, saves_ + 1);
  if (is_due) {
    ++saves_;
    return TrainingPiece{at_ > counts_to_ ? Cause::lost : Cause::checkpoint, at_, at_, stretch_.writing};
  }
  if (at_ >= stretch_.to) return std::nullopt;
  const Resource from = at_;
  at_ = saves_ < saves ? save(stretch_, saves_ + 1) : stretch_.to;
  for (const Resource border : {counts_from_, counts_to_})
    if (border > from) at_ = std::min(at_, border);
  const bool counts = from >= counts_from_ && from < counts_to_;
  return TrainingPiece{counts ? Cause::train : Cause::lost, from, at_, stretch_.per_unit * (at_ - from)};
}

}  // namespace campaign_sim
