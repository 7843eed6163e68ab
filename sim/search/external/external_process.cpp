#include "sim/search/external/external_process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <climits>
#include <csignal>
#include <cstring>
#include <utility>

namespace campaign_sim {

namespace {

constexpr std::size_t error_tail_bytes = 2'000;  // of standard error, for the message
constexpr double slice_s = 0.1;                  // how often an interrupt is looked for
constexpr double leaving_s = 2;                  // for a program to end by itself once it is told to
constexpr int cannot_start = 127;                // exit status of a child that found no program, as in shells

double now_s() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

void close_end(int& descriptor) {
  if (descriptor >= 0) ::close(descriptor);
  descriptor = -1;
}

// Two ends of a channel that programs we start later do not inherit.
struct Channel {
  int ours = -1;
  int theirs = -1;

  Channel() = default;
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;
  ~Channel() {
    close_end(ours);
    close_end(theirs);
  }
  int take() { return std::exchange(ours, -1); }
};

[[noreturn]] void fail_to_start(int error) {
  throw ProcessError{fmt::format("cannot be started: {}", std::strerror(error))};
}

void open_pipe(Channel& channel) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) fail_to_start(errno);
  channel.ours = ends[0];
  channel.theirs = ends[1];
}

// A socket, not a pipe: writing to a program that has died is then an error, not a signal.
void open_socket(Channel& channel) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) fail_to_start(errno);
  channel.ours = ends[0];
  channel.theirs = ends[1];
}

void never_block(int descriptor) { ::fcntl(descriptor, F_SETFL, ::fcntl(descriptor, F_GETFL) | O_NONBLOCK); }

// In the child: becomes the program, or says through `trouble` why not.
[[noreturn]] void become(char* const* words, const char* folder, pid_t parent, int input, int output,
                         int errors, int trouble) {
  ::setpgid(0, 0);  // Ctrl-C is for us to hear; and its own children can be killed with it
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() == parent && ::dup2(input, STDIN_FILENO) >= 0 && ::dup2(output, STDOUT_FILENO) >= 0 &&
      ::dup2(errors, STDERR_FILENO) >= 0 && ::chdir(folder) == 0) {
    ::close_range(STDERR_FILENO + 1, UINT_MAX, CLOSE_RANGE_CLOEXEC);
    ::execvp(words[0], words);
  }
  const int error = errno;
  [[maybe_unused]] const auto written = ::write(trouble, &error, sizeof error);
  ::_exit(cannot_start);
}

}  // namespace

ExternalProcess::ExternalProcess(const std::vector<std::string>& command, const std::filesystem::path& folder,
                                 Seconds timeout, std::function<bool()> interrupted)
    : timeout_{timeout}, interrupted_{std::move(interrupted)} {
  Channel input;
  Channel output;
  Channel errors;
  Channel trouble;
  open_socket(input);
  open_pipe(output);
  open_pipe(errors);
  open_pipe(trouble);
  std::vector<char*> words;
  for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  const std::string where = folder.empty() ? "." : folder.string();

  const pid_t parent = ::getpid();
  process_ = ::fork();
  if (process_ < 0) fail_to_start(errno);
  if (process_ == 0)
    become(words.data(), where.c_str(), parent, input.theirs, output.theirs, errors.theirs, trouble.theirs);
  ::setpgid(process_, process_);  // whoever of the two comes first

  close_end(trouble.theirs);
  int error = 0;
  while (::read(trouble.ours, &error, sizeof error) < 0 && errno == EINTR) continue;
  if (error != 0) {
    kill();
    fail_to_start(error);
  }
  input_ = input.take();
  output_ = output.take();
  errors_ = errors.take();
  for (const int descriptor : {input_, output_, errors_}) never_block(descriptor);
}

ExternalProcess::~ExternalProcess() {
  close_end(input_);
  if (process_ > 0) gone_within(leaving_s);
  kill();
  close_end(output_);
  close_end(errors_);
}

std::string ExternalProcess::exchange(std::string_view line) {
  write_line(line);
  return read_line();
}

void ExternalProcess::write_line(std::string_view line) {
  const double deadline_s = now_s() + timeout_.base();
  std::string text{line};
  text += '\n';
  for (std::size_t sent = 0; sent < text.size();) {
    const auto count = ::send(input_, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
    if (count > 0)
      sent += static_cast<std::size_t>(count);
    else if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)
      wait_for(POLLOUT, 0, deadline_s);
    else
      return;  // it has gone: what it left behind is read, and then said
  }
}

std::string ExternalProcess::read_line() {
  const double deadline_s = now_s() + timeout_.base();
  std::array<char, 65'536> block;
  for (std::size_t searched = 0;;) {
    const std::size_t end = unread_.find('\n', searched);
    if (end != std::string::npos && end <= longest_line) {
      std::string line = unread_.substr(0, end);
      unread_.erase(0, end + 1);
      return line;
    }
    if (unread_.size() > longest_line)
      throw ProcessError{fmt::format("printed a line of more than {} bytes", longest_line)};
    searched = unread_.size();
    const auto count = ::read(output_, block.data(), block.size());
    if (count > 0)
      unread_.append(block.data(), static_cast<std::size_t>(count));
    else if (count == 0)
      throw ProcessError{how_it_ended()};
    else
      wait_for(0, POLLIN, deadline_s);
  }
}

// Until one of the two may be used; meanwhile its standard error is kept flowing.
void ExternalProcess::wait_for(int events_of_input, int events_of_output, double deadline_s) {
  if (interrupted_ && interrupted_()) throw ProcessInterrupted{};
  const double left_s = deadline_s - now_s();
  if (left_s <= 0) throw ProcessError{fmt::format("gave no answer within {:g} s", timeout_.base())};
  std::array<pollfd, 2> ends{};
  ends[0] = events_of_input != 0 ? pollfd{input_, static_cast<short>(events_of_input), 0}
                                 : pollfd{output_, static_cast<short>(events_of_output), 0};
  ends[1] = {errors_, POLLIN, 0};
  ::poll(ends.data(), ends.size(), static_cast<int>(1e3 * std::min(left_s, slice_s)) + 1);
  if (ends[1].revents != 0) drain_errors();
}

void ExternalProcess::drain_errors() {
  constexpr int most_blocks = 64;  // one that floods does not hold us up
  std::array<char, 4096> block;
  for (int blocks = 0; errors_ >= 0 && blocks < most_blocks; ++blocks) {
    const auto count = ::read(errors_, block.data(), block.size());
    if (count < 0) return;
    if (count == 0) close_end(errors_);  // poll leaves out what is closed
    error_tail_.append(block.data(), static_cast<std::size_t>(count));
    if (error_tail_.size() > error_tail_bytes) error_tail_.erase(0, error_tail_.size() - error_tail_bytes);
  }
}

std::string ExternalProcess::last_words() {
  drain_errors();
  return error_tail_;
}

std::string ExternalProcess::how_it_ended() {
  if (!gone_within(leaving_s)) return "closed its output before it answered";
  reap();
  if (WIFSIGNALED(status_))
    return fmt::format("was killed by signal {} ({})", WTERMSIG(status_), ::strsignal(WTERMSIG(status_)));
  return fmt::format("ended with status {} before it answered", WEXITSTATUS(status_));
}

// Whether it has ended after so long at most. It is not reaped: its number, and its group's, stay taken.
bool ExternalProcess::gone_within(double seconds) noexcept {
  const double deadline_s = now_s() + seconds;
  std::array<char, 4096> block;
  for (;;) {
    siginfo_t info{};
    if (::waitid(P_PID, static_cast<id_t>(process_), &info, WEXITED | WNOHANG | WNOWAIT) != 0) return true;
    if (info.si_pid == process_) return true;
    if (now_s() >= deadline_s) return false;
    // What it still has to say must not hold it up.
    std::array<pollfd, 2> ends{pollfd{output_, POLLIN, 0}, pollfd{errors_, POLLIN, 0}};
    constexpr int pause_ms = 5;
    ::poll(nullptr, 0, pause_ms);
    ::poll(ends.data(), ends.size(), 0);
    if (ends[0].revents != 0 && ::read(output_, block.data(), block.size()) == 0) close_end(output_);
    drain_errors();
  }
}

void ExternalProcess::send_last(std::string_view line) noexcept {
  if (input_ < 0) return;
  std::array<char, 256> text{};
  const std::size_t size = std::min(line.size(), text.size() - 1);
  line.copy(text.data(), size);
  text[size] = '\n';
  [[maybe_unused]] const auto sent = ::send(input_, text.data(), size + 1, MSG_NOSIGNAL);
}

void ExternalProcess::reap() noexcept {
  if (process_ <= 0) return;
  // The group goes first: once the process is reaped its number could be another's.
  ::kill(-process_, SIGKILL);
  while (::waitpid(process_, &status_, 0) < 0 && errno == EINTR) continue;
  process_ = -1;
}

void ExternalProcess::kill() noexcept {
  if (process_ <= 0) return;
  ::kill(process_, SIGKILL);
  reap();
}

}  // namespace campaign_sim
