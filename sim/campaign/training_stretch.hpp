// The training of a segment with what interrupts it: stops for checkpoints, and work that was done before and
// lost.
//
// A training that writes a thousand checkpoints would be two thousand activities of each of its accelerators.
// Where neither data nor other trials can change how long a stop takes, the whole of it is one activity at
// the mean draw instead, and is cut into pieces, each with its own watts, when its rows are written. What is
// cut short is metered at that mean: its pieces share its joules in proportion.
#pragma once

#include <cstdint>
#include <optional>

#include "sim/core/trial.hpp"
#include "sim/core/units.hpp"
#include "sim/ledger/row.hpp"

namespace campaign_sim {

// How far a training has come.
struct StretchProgress {
  Resource reached;
  Resource saved;
  std::uint64_t saves;  // completed on the way
};

struct TrainingStretch {
  Resource from = 0;
  Resource to = 0;
  Resource saved = 0;       // in the last checkpoint; at most `from`
  Resource save_every = 0;  // 0: never
  Seconds per_unit;
  Seconds writing;  // a checkpoint

  // The first save after the one at `saved`; none if it is beyond the end.
  std::optional<Resource> next_save() const;
  std::uint64_t saves() const;
  Seconds duration() const;
  StretchProgress whole() const;
};

StretchProgress progress_after(const TrainingStretch& stretch, Seconds elapsed);

struct TrainingPiece {
  Cause cause;
  Resource from;
  Resource to;
  Seconds duration;
};

// What a stretch consists of, piece by piece. Training counts from one resource to another; what lies before
// was trained already, what lies after is rolled back: both are lost.
class TrainingPieces {
 public:
  TrainingPieces(const TrainingStretch& stretch, Resource counts_from, Resource counts_to)
      : stretch_{stretch}, counts_from_{counts_from}, counts_to_{counts_to}, at_{stretch.from} {}

  std::optional<TrainingPiece> next();

 private:
  const TrainingStretch stretch_;
  const Resource counts_from_;
  const Resource counts_to_;
  Resource at_;
  std::uint64_t saves_ = 0;  // begun
};

}  // namespace campaign_sim
