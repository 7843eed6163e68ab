// One conversation with a search program: messages with numbers, each answered in its turn by one line of
// JSON.
//
// Whatever goes wrong, whoever finds it, ends the conversation: `fail` kills the program and tells the user
// what was asked, what was said and what the program last wrote to its standard error.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/units.hpp"
#include "sim/search/external/external_process.hpp"
#include "sim/search/external/messages.hpp"

namespace campaign_sim {

class Conversation {
 public:
  Conversation(std::vector<std::string> command, std::filesystem::path folder, Seconds timeout);
  ~Conversation();  // says that this is the end
  Conversation(const Conversation&) = delete;
  Conversation& operator=(const Conversation&) = delete;

  void give_up_when(std::function<bool()> interrupted) { interrupted_ = std::move(interrupted); }

  bool begun() const { return process_ != nullptr; }
  // Starts the program.
  void begin();
  // The answer to a message: an object with the message's number. Throws StrategyInterrupted.
  Json exchange(Json message);

  // What an answer is, one of these.
  std::string kind_of(const Json& answer, std::initializer_list<std::string_view> kinds);
  // That the answer has no other keys than these, its number and its kind.
  void only_keys(const Json& answer, std::initializer_list<std::string_view> keys);

  // `what` goes on from "the search program …". Throws StrategyFailure.
  [[noreturn]] void fail(const std::string& what);

 private:
  std::vector<std::string> command_;
  std::filesystem::path folder_;
  Seconds timeout_;
  std::function<bool()> interrupted_;
  std::unique_ptr<ExternalProcess> process_;
  std::uint64_t messages_ = 0;
  std::string asked_;     // the last message,
  std::string answered_;  // and what came back
};

}  // namespace campaign_sim
