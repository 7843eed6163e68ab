// Runs independent tasks, each in a child process of its own.
//
// SimGrid has one engine a process, so runs that are to go on side by side are processes. It also means that
// a run that crashes, or that the system kills for its memory, takes nothing else with it.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

namespace campaign_sim {

struct TaskOutcome {
  std::size_t task = 0;
  bool done = false;    // ended with status 0
  std::string trouble;  // else: how it ended, and the last it said
  long process = 0;
};

// Calls `task(i)` for each i below `tasks`, in order, at most `jobs` at a time, each in a forked child, whose
// exit status is what it returns (or 3 if it throws, with the message as trouble). What children print is
// kept from the terminal. `ended` is called here, in the order in which they end. Once `interrupted` says
// so nothing more is started, and what runs is ended. Returns how many were started. If this or `ended`
// throws, what runs is killed.
//
// The caller must have no threads and no engine of its own.
std::size_t run_in_processes(std::size_t tasks, std::size_t jobs, const std::function<int(std::size_t)>& task,
                             const std::function<void(const TaskOutcome&)>& ended,
                             const std::function<bool()>& interrupted);

}  // namespace campaign_sim
