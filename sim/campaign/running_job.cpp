#include "sim/campaign/running_job.hpp"

#include <optional>

namespace campaign_sim {
namespace {

constexpr Seconds instant{1e-6};  // a piece shorter than this is the rounding of its neighbours

// Writes one job's rows and adds them up.
class Booking {
 public:
  Booking(RunningJob& job, Ledger& ledger) : job_{job}, ledger_{ledger} {}

  void write(LedgerRow row) {
    row.ends_segment = row.cause == Cause::train && row.to > row.from && row.to == job_.to;
    ledger_.use(row);
    job_.use.held += row.end - row.start;
    job_.use.accelerator_time += static_cast<double>(row.accelerators.size()) * (row.end - row.start);
    job_.use.energy += row.energy;
    if (row.cause == Cause::train) job_.trained += row.to - row.from;
  }

  // The row of a training with stops, as one row for each piece. They share its joules as the watts that
  // they draw have it.
  void write_pieces(const LedgerRow& whole, Resource counts_to) {
    Joules planned;
    for_each_piece(whole, counts_to, [&](const TrainingPiece& piece, Seconds start, Seconds end) {
      planned += watts(piece) * (end - start);
    });
    LedgerRow row = whole;
    for_each_piece(whole, counts_to, [&](const TrainingPiece& piece, Seconds start, Seconds end) {
      row.cause = piece.cause;
      row.from = piece.from;
      row.to = piece.cause == Cause::train ? piece.to : piece.from;
      row.start = start;
      row.end = end;
      row.energy = whole.energy * (watts(piece) * (end - start) / planned);
      const bool saves = piece.cause == Cause::checkpoint && end - start + instant >= piece.duration;
      row.stored = saves ? job_.cost.checkpoint_size : Bytes{};
      if (saves) job_.saves = {job_.saves.count, row.stored, end};
      write(row);
    });
  }

 private:
  Watts watts(const TrainingPiece& piece) const {
    const bool writes = piece.to == piece.from;
    return writes ? job_.cost.checkpoint_wall : job_.cost.training_wall;
  }

  template <class Take>
  void for_each_piece(const LedgerRow& whole, Resource counts_to, Take take) const {
    TrainingPieces pieces{job_.stretch(), job_.booked, counts_to};
    Seconds start = whole.start;
    Seconds elapsed;
    std::optional<TrainingPiece> piece = pieces.next();
    while (piece && start < whole.end) {
      const std::optional<TrainingPiece> following = pieces.next();
      elapsed += piece->duration;
      Seconds end = whole.start + elapsed;
      if (!following || end + instant >= whole.end) end = whole.end;
      if (end > start) take(*piece, start, end);
      start = end;
      piece = following;
    }
  }

  RunningJob& job_;
  Ledger& ledger_;
};

// How far training came, by its share of the time that it would have computed.
StretchProgress progress_of(const RunningJob& job, const JobDone& done, Ending ending) {
  if (ending == Ending::planned && !job.stops_in_one_phase()) return {job.until, job.saved, 0};
  if (ending == Ending::planned) return job.stretch().whole();
  Seconds trained;
  for (std::size_t i = 0; i < done.phases.size(); ++i)
    if (job.cause(i) == Cause::train) trained += done.phases[i].end - done.phases[i].start;
  return progress_after(job.stretch(), trained);
}

}  // namespace

TrainingStretch RunningJob::stretch() const {
  return {at, until, saved, stops_in_one_phase() ? cost.save_every : 0, cost.per_unit, cost.checkpoint};
}

void book(RunningJob& job, const JobDone& done, Ending ending, Ledger& ledger) {
  const bool wrote = ending == Ending::planned && job.cause(0) == Cause::checkpoint;
  const StretchProgress progress = progress_of(job, done, ending);
  const bool fails = ending == Ending::failed;
  // Where training is a phase of its own, it counts as a whole or not at all.
  const bool is_lost = fails || (!job.stops_in_one_phase() && job.at < job.booked);
  job.use.cluster = job.allocation.pool;
  Booking booking{job, ledger};
  // Of several rounds, the row of the last one that trained carries the progress of all.
  std::size_t last_trained = done.phases.size();
  for (std::size_t i = 0; i < done.phases.size(); ++i)
    if (job.cause(i) == Cause::train && done.phases[i].end > done.phases[i].start) last_trained = i;
  for (std::size_t i = 0; i < done.phases.size(); ++i) {
    const MeteredPhase& phase = done.phases[i];
    if (phase.end <= phase.start) continue;
    LedgerRow row;
    row.segment = job.segment;
    row.trial = job.trial;
    row.cause = job.cause(i);
    row.from = job.at;
    if (is_lost && job.trains_in(i) && !job.stops_in_one_phase()) row.cause = Cause::lost;
    if (fails && row.cause == Cause::checkpoint) row.cause = Cause::lost;
    row.to = i == last_trained && row.cause == Cause::train ? progress.reached : job.at;
    row.start = phase.start;
    row.end = phase.end;
    row.cluster = job.allocation.pool;
    row.accelerators = job.allocation.accelerators;
    row.energy = phase.energy;
    if (wrote) row.stored = job.cost.checkpoint_size;
    if (row.cause == Cause::train && job.stops_in_one_phase())
      booking.write_pieces(row, fails ? progress.saved : progress.reached);
    else
      booking.write(row);
  }
  job.at = progress.reached;
  job.saved = progress.saved;
  job.saves.count += progress.saves;
  if (!wrote) return;
  job.saves = {job.saves.count + 1, job.cost.checkpoint_size, done.phases.front().end};
  job.saved = job.at;
}

}  // namespace campaign_sim
