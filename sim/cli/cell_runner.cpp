#include "sim/cli/cell_runner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <thread>

#include "sim/cli/comparison_progress.hpp"
#include "sim/cli/exit_status.hpp"
#include "sim/cli/interrupt.hpp"
#include "sim/cli/run.hpp"
#include "sim/comparison/process_pool.hpp"
#include "sim/results/output_error.hpp"

namespace campaign_sim {

namespace {

namespace fs = std::filesystem;

constexpr const char* tag_file = "COMPARISON";  // says whose folder it is

std::string first_line(const fs::path& file) {
  std::error_code ignored;
  if (!fs::is_regular_file(file, ignored)) return {};
  std::ifstream stream{file};
  std::string line;
  std::getline(stream, line);
  return line;
}

}  // namespace

void claim_for_comparison(const fs::path& out, const std::string& command) {
  const fs::path tag = out / tag_file;
  std::error_code error;
  if (fs::exists(out, error) && !fs::is_directory(out, error)) throw OutputError{out.string() + " is a file"};
  if (fs::exists(out, error) && !fs::is_empty(out, error) && !fs::exists(tag, error))
    throw OutputError{out.string() + " holds something else than a comparison; choose another with --out"};
  const std::string maker = "Made by campaign-sim " + command + ",";
  if (const std::string there = first_line(tag); !there.empty() && !there.starts_with(maker))
    throw OutputError{fmt::format("{} is not of campaign-sim {} ('{}'); choose another with --out",
                                  out.string(), command, there)};
  fs::create_directories(out, error);
  std::ofstream stream{tag};
  stream << maker << " which adds to this folder and replaces files in it.\n";
  stream.close();
  if (error || !stream) throw OutputError{"cannot write to " + out.string()};
}

void expect_comparison(const fs::path& folder) {
  std::error_code error;
  if (!fs::exists(folder, error)) throw OutputError{folder.string() + ": there is no such folder"};
  if (!fs::is_regular_file(folder / tag_file, error))
    throw OutputError{folder.string() + " holds no part of a comparison; give the --out of a --shard"};
}

CellRunner::CellRunner(const ReplicateOptions& options, const ComparisonPlan& plan, const fs::path& out)
    : options_{options}, plan_{plan}, out_{out}, cells_{cells_of(plan, out, options.keep)} {}

int CellRunner::run() {
  find_present();
  if (options_.merge) {
    if (!missing_.empty()) throw OutputError{what_is_missing()};
  } else {
    simulate();
  }
  if (interrupted()) {
    fmt::print(stderr, "Interrupted: {} of {} replicates are done; the same command goes on from there.\n",
               present_.size(), mine_);
    return interrupted_status;
  }
  report_failures();
  std::ranges::sort(present_);
  if (options_.shard.of > 1 && !options_.quiet)
    fmt::print("Part {} of {}: {} replicates in {}. When all parts are there, join them with --merge.\n",
               options_.shard.part, options_.shard.of, present_.size(), out_.string());
  return failures_.empty() ? 0 : some_failed_status;
}

bool CellRunner::complete() const { return !interrupted() && options_.shard.of == 1; }

void CellRunner::find_present() {
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    if (!options_.shard.holds(i)) continue;
    ++mine_;
    CellState state = state_of(cells_[i], variant_of(i));
    for (const std::string& folder : options_.merge_from)
      if (state != CellState::there && take_from(cells_[i], variant_of(i), folder)) state = CellState::there;
    if (state == CellState::stale) ++stale_;
    (state == CellState::there ? present_ : missing_).push_back(i);
  }
  if (!options_.quiet && !options_.merge && !present_.empty())
    fmt::print(stderr, "{} of {} replicates are there already.\n", present_.size(), mine_);
  if (!options_.quiet && !options_.merge && stale_ > 0)
    fmt::print(
        stderr,
        "{} are of another scenario, version or detail, or were changed since, and are simulated again.\n",
        stale_);
}

std::string CellRunner::what_is_missing() const {
  std::string text = fmt::format("{} of {} replicates are missing", missing_.size(), cells_.size());
  if (stale_ > 0)
    text +=
        fmt::format(" ({} are there, but of another scenario, version or detail, or changed since)", stale_);
  text += ':';
  constexpr std::size_t most = 5;
  for (std::size_t i = 0; i < std::min(most, missing_.size()); ++i)
    text += fmt::format("{} {}, seed {}", i == 0 ? "" : ";", variant_of(missing_[i]).name,
                        cells_[missing_[i]].seed);
  if (missing_.size() > most) text += "; …";
  return text + "\nThe same command without --merge simulates them.";
}

// One replicate, in a process of its own: what `campaign-sim run` does.
int CellRunner::simulate_cell(std::size_t i) const {
  RunOptions run_options;
  run_options.scenario = options_.scenario;
  run_options.assignments = variant_of(i).assignments;
  run_options.variant = variant_of(i).of_scenario;
  run_options.seed = cells_[i].seed;
  run_options.out = cells_[i].folder.string();
  run_options.force = true;
  run_options.quiet = true;
  run_options.only_summary = cells_[i].detail == Detail::compact;
  run_options.curve = true;
  return campaign_sim::run(run_options);
}

void CellRunner::simulate() {
  watch_for_interrupt();
  std::vector<std::string> names;
  for (const PlannedVariant& variant : plan_.variants) names.push_back(variant.name);
  ComparisonProgress progress{names, plan_.seeds.size(), plan_.objective.direction == Direction::minimise,
                              options_.quiet};
  const auto show = [&](std::size_t i) {
    if (!progress.shown()) return;
    const comparison::Replicate replicate = read_cell(cells_[i]);
    progress.add(cells_[i].variant, replicate.best, replicate.total[0]);
  };
  for (const std::size_t i : present_) show(i);
  const std::size_t processors = std::max(1U, std::thread::hardware_concurrency());
  run_in_processes(
      missing_.size(), options_.jobs > 0 ? options_.jobs : processors,
      [&](std::size_t task) { return simulate_cell(missing_[task]); },
      [&](const TaskOutcome& outcome) {
        const std::size_t i = missing_[outcome.task];
        if (outcome.done) {
          mark_there(cells_[i], variant_of(i), CAMPAIGN_SIM_VERSION);
          present_.push_back(i);
          show(i);
        } else if (!interrupted()) {
          remove_leftovers(i, outcome.process);
          failures_.emplace_back(i, outcome.trouble);
          progress.add_failure(cells_[i].variant);
        }
      },
      interrupted);
}

// A process that was killed could not tidy up after itself.
void CellRunner::remove_leftovers(std::size_t i, long process) const {
  std::error_code ignored;
  fs::remove_all(cells_[i].folder.string() + ".part-" + std::to_string(process), ignored);
}

void CellRunner::report_failures() {
  std::ranges::sort(failures_);
  for (const auto& [i, trouble] : failures_)
    fmt::print(stderr, "campaign-sim: variant '{}', seed {}: {}\n", variant_of(i).name, cells_[i].seed,
               trouble);
  if (!failures_.empty())
    fmt::print(stderr, "{} of {} replicates failed; the others stand. The same command tries them again.\n",
               failures_.size(), mine_);
}

}  // namespace campaign_sim
