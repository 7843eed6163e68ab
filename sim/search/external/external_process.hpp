// A program of the user's that answers a line with a line: started, timed, and never left behind.
//
// This is the one place in the simulator that looks at a real clock: a program that hangs must be given up
// some time. No simulated time depends on it: whether an answer took a millisecond or a minute, it is the
// same answer.
#pragma once

#include <filesystem>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/units.hpp"

namespace campaign_sim {

// What went wrong with the program, in words: "was killed by signal 9 (Killed)".
class ProcessError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// The user interrupted the campaign while the program was thinking.
class ProcessInterrupted {};

class ExternalProcess {
 public:
  static constexpr std::size_t longest_line = 1'048'576;  // bytes of an answer; a flood ends here

  // Starts the program in `folder`, found as a shell finds it, in a process group of its own. Throws
  // ProcessError if it cannot be started. `interrupted` may be empty.
  ExternalProcess(const std::vector<std::string>& command, const std::filesystem::path& folder,
                  Seconds timeout, std::function<bool()> interrupted);
  // Closes the program's input, gives it a moment to leave, and kills what is left of its group.
  ~ExternalProcess();
  ExternalProcess(const ExternalProcess&) = delete;
  ExternalProcess& operator=(const ExternalProcess&) = delete;

  // Writes the line and reads the one that answers it, both without their newline. Throws ProcessError,
  // ProcessInterrupted.
  std::string exchange(std::string_view line);
  // The program is to go: a last line that nobody answers.
  void send_last(std::string_view line) noexcept;

  // The end of what it has printed to its standard error so far.
  std::string last_words();
  // Ends it at once.
  void kill() noexcept;

 private:
  void write_line(std::string_view line);
  std::string read_line();
  void wait_for(int events_of_input, int events_of_output, double deadline_s);
  void drain_errors();
  std::string how_it_ended();
  bool gone_within(double seconds) noexcept;
  void reap() noexcept;

  Seconds timeout_;
  std::function<bool()> interrupted_;
  int process_ = -1;        // also the number of its group; -1: reaped
  int status_ = 0;          // as waitpid has it, once reaped
  int input_ = -1;          // we write
  int output_ = -1;         // we read
  int errors_ = -1;         // we read
  std::string unread_;      // of its output
  std::string error_tail_;  // of its standard error
};

}  // namespace campaign_sim
