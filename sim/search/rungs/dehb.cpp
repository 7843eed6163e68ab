// DEHB: Awad, Mallik & Hutter, "DEHB: evolutionary hyperband for scalable, robust and efficient
// hyperparameter optimization", IJCAI 2021, in the details of the authors' program 0.1.2 (brackets:
// brackets.hpp).
//
// Each fidelity has a population as large as the largest of its rungs. The first bracket evaluates a random
// population; within the first Hyperband (one of each bracket) the best of a fidelity are promoted to the
// next as in Successive Halving. Every other rung evolves: a child of rand/1/bin (differential.hpp) has as
// target the next member of its fidelity, in rotation, and its donors are among the best n of the fidelity
// below (of its own at the bottom of a bracket), n being the rung's size; it trains from nothing, and takes
// the target's place if its loss is not larger. Rungs are synchronous; a free worker opens the next bracket.
//
// Ours, where paper and program are silent or differ: a promoted trial resumes from its checkpoint (the
// program trains it again: `checkpoint.resume: from-scratch`); promoted are the best finite ones that have
// not been trained further, so a rung may stay smaller; each bracket counts by its own number as part of the
// first Hyperband.
#include <algorithm>
#include <cmath>
#include <deque>
#include <utility>
#include <vector>

#include "sim/config/reader.hpp"
#include "sim/search/population/differential.hpp"
#include "sim/search/population/mutation.hpp"
#include "sim/search/rungs/bracket_plan.hpp"
#include "sim/search/rungs/multi_fidelity.hpp"
#include "sim/search/rungs/order_statistic.hpp"
#include "sim/search/strategy_makers.hpp"

namespace campaign_sim {

namespace {

class Dehb final : public Strategy {
 public:
  Dehb(BracketTable table, std::int64_t eta, const DifferentialRule& rule, const SearchProblem& problem)
      : table_{std::move(table)},
        eta_{eta},
        rule_{rule},
        problem_{problem},
        levels_(table_.brackets.front().rungs.size()) {
    for (const Bracket& bracket : table_.brackets) {
      for (std::size_t rung = 0; rung < bracket.rungs.size(); ++rung) {
        Level& level = levels_[level_of(bracket, rung)];
        level.resource = bracket.rungs[rung].resource;
        level.members.resize(
            std::max(level.members.size(), static_cast<std::size_t>(bracket.rungs[rung].configurations)));
      }
    }
    // Founders have random configurations that no trial's number asks for.
    std::uint32_t founder = first_founder;
    for (Level& level : levels_)
      for (Member& member : level.members)
        member.genome = random_individual(problem_, TrialId{founder++}).genome;
  }

  Proposal ask() override {
    for (;;) {
      for (Run& run : open_)
        while (may_start(run))
          if (auto proposal = start(run)) return std::move(*proposal);
      std::erase_if(open_, [this](const Run& run) { return done(run); });
      if (exhausted()) break;
      open_.push_back({opened_, plan_of(opened_)});
      ++opened_;
    }
    if (running_ > 0) return WaitForReports{};
    return Finished{};
  }

  Verdict tell(const Report& report) override {
    --running_;
    Job& job = jobs_[index(report.trial)];
    const auto run = std::ranges::find(open_, job.run, &Run::number);
    CS_EXPECT(run != open_.end());
    Level& level = levels_[job.level];
    Member& member = level.members[job.target];
    const double loss = rankable(report.loss);
    if (loss <= member.loss) member = {job.genome, loss, report.trial};
    const bool may_be_promoted =
        in_first_hyperband(*run) && job.level + 1 < levels_.size() && std::isfinite(report.loss);
    ++run->told;
    advance(*run);
    if (may_be_promoted) return Pause{};
    return Stop{};
  }

  std::optional<BracketPlan> brackets() const override {
    return BracketPlan{.table = table_,
                       .eta = eta_,
                       .trials = problem_.trials,
                       .remark =
                           "The first round promotes; later ones start every rung with children that train "
                           "from nothing. A rung of the first round is smaller where too few of the losses "
                           "below it are finite.",
                       .later_rounds_start_anew = true,
                       .repeats = true};
  }

 private:
  static constexpr std::uint32_t first_founder = 0xC000'0000;  // trials number at most 10^9
  static constexpr TrialId nobody{0xFFFF'FFFF};

  struct Member {
    Genome genome;
    double loss = std::numeric_limits<double>::infinity();
    TrialId trial = nobody;  // nobody: not evaluated
  };
  struct Level {
    Resource resource = 0;
    std::vector<Member> members;
    std::size_t next_target = 0;
  };
  // One bracket as it runs.
  struct Run {
    std::size_t number;
    Bracket plan;
    std::size_t rung = 0;
    std::int64_t started = 0;  // of this rung
    std::int64_t told = 0;
    std::deque<TrialId> promoted{};  // into this rung, not yet started
  };
  // What a trial does now.
  struct Job {
    std::size_t run = 0;
    std::size_t level = 0;
    std::size_t target = 0;
    Genome genome;
    bool promised = false;  // chosen for promotion, perhaps by another bracket, and not yet started
  };

  const Bracket& plan_of(std::size_t number) const {
    return table_.brackets[number % table_.brackets.size()];
  }
  // All brackets end at the highest level.
  std::size_t level_of(const Bracket& bracket, std::size_t rung) const {
    return levels_.size() - bracket.rungs.size() + rung;
  }
  bool in_first_hyperband(const Run& run) const { return run.number < table_.brackets.size(); }
  bool exhausted() const { return problem_.trials && jobs_.size() >= *problem_.trials; }
  bool done(const Run& run) const { return run.rung == run.plan.rungs.size(); }
  bool may_start(const Run& run) const {
    return !done(run) && run.started < run.plan.rungs[run.rung].configurations;
  }

  // The next rung, once all of this one have been told.
  void advance(Run& run) {
    while (!done(run) && run.started == run.plan.rungs[run.rung].configurations && run.told == run.started) {
      ++run.rung;
      run.started = run.told = 0;
      if (done(run)) return;
      if (in_first_hyperband(run)) choose_promoted(run);
    }
  }

  void choose_promoted(Run& run) {
    const std::size_t level = level_of(run.plan, run.rung);
    std::vector<const Member*> candidates;
    for (const Member& member : levels_[level - 1].members) {
      if (!std::isfinite(member.loss)) continue;
      const Job& job = jobs_[index(member.trial)];
      // What a later Hyperband trained, which may run by now, has been stopped.
      const bool waits = job.level == level - 1 && job.run < table_.brackets.size() && !job.promised;
      if (waits) candidates.push_back(&member);
    }
    std::ranges::stable_sort(candidates, {}, [](const Member* m) { return m->loss; });
    auto& places = run.plan.rungs[run.rung].configurations;
    places = std::min(places, static_cast<std::int64_t>(candidates.size()));
    run.promoted.clear();
    for (std::int64_t i = 0; i < places; ++i) {
      run.promoted.push_back(candidates[static_cast<std::size_t>(i)]->trial);
      jobs_[index(run.promoted.back())].promised = true;
    }
  }

  // Nothing: there are no new trials, and the rung was closed.
  std::optional<Proposal> start(Run& run) {
    const std::size_t at = level_of(run.plan, run.rung);
    Level& level = levels_[at];
    const bool promotes = in_first_hyperband(run) && run.rung > 0;
    if (!promotes && exhausted()) {
      run.plan.rungs[run.rung].configurations = run.started;
      advance(run);
      return std::nullopt;
    }
    const std::size_t target = level.next_target++ % level.members.size();
    ++run.started;
    ++running_;
    if (promotes) {
      const TrialId trial = run.promoted.front();
      run.promoted.pop_front();
      Job& job = jobs_[index(trial)];
      job = {run.number, at, target, std::move(job.genome)};
      return ResumeTrial{trial, level.resource};
    }
    const TrialId trial{static_cast<std::uint32_t>(jobs_.size())};
    const bool founds = run.number == 0;
    Individual child = founds ? random_individual(problem_, trial) : breed(run, at, target, trial);
    jobs_.push_back({run.number, at, target, std::move(child.genome)});
    return StartTrial{trial, std::move(child.configuration), level.resource, std::nullopt};
  }

  Individual breed(const Run& run, std::size_t at, std::size_t target, TrialId trial) const {
    std::vector<const Member*> pool;
    for (const Member& member : levels_[run.rung == 0 ? at : at - 1].members) pool.push_back(&member);
    std::ranges::stable_sort(pool, {}, [](const Member* m) { return m->loss; });
    pool.resize(
        std::min(pool.size(), static_cast<std::size_t>(plan_of(run.number).rungs[run.rung].configurations)));
    std::size_t everybody = 0;
    for (const Level& level : levels_) everybody += level.members.size();
    return first_allowed(problem_, trial, [&](Draws& draws) {
      // Where too few are in the pool, anyone of any fidelity helps out.
      auto donors = pool;
      while (donors.size() < 3) donors.push_back(&anyone(draws.below(everybody)));
      const auto [a, b, c] = three_of(donors.size(), donors.size(), draws);
      return differential_child(levels_[at].members[target].genome,
                                {&donors[a]->genome, &donors[b]->genome, &donors[c]->genome}, rule_, draws);
    });
  }

  const Member& anyone(std::size_t place) const {
    for (const Level& level : levels_) {
      if (place < level.members.size()) return level.members[place];
      place -= level.members.size();
    }
    CS_EXPECT(false);
    return levels_.front().members.front();
  }

  BracketTable table_;
  std::int64_t eta_;
  DifferentialRule rule_;
  SearchProblem problem_;
  std::vector<Level> levels_;  // lowest fidelity first
  std::deque<Run> open_;       // oldest first
  std::size_t opened_ = 0;
  std::vector<Job> jobs_;  // by trial
  std::size_t running_ = 0;
};

}  // namespace

std::unique_ptr<Strategy> make_dehb(Reader& search, const SearchProblem& problem) {
  need_varying_space(search, problem);
  const BracketProblem p = read_bracket_problem(search, problem, BracketRule::dehb);
  const BracketRule rule = bracket_obstacle(BracketRule::dehb, p) ? BracketRule::paper : BracketRule::dehb;
  // Awad et al. 2021, section 4: F = 0.5, CR = 0.5.
  const DifferentialRule differential{
      search.number_or("mutation_factor", 0.5, {.low = 0, .high = 2, .low_open = true}),
      search.number_or("crossover_rate", 0.5, between(0, 1))};
  BracketTable table = bracket_table(rule, p);
  if (search.ok() && table.brackets.front().rungs.front().configurations > 1'000'000)
    reject_resource(search, BracketObstacle::Number::max_resource,
                    "the first rung would have more than 10^6 configurations; lower 'max' or raise 'min'");
  if (!search.ok()) table = bracket_table(BracketRule::paper, {1, 1, 2});
  return std::make_unique<Dehb>(std::move(table), p.eta, differential, problem);
}

}  // namespace campaign_sim
