#include "sim/search/external/conversation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sim/search/strategy.hpp"

namespace campaign_sim {

Conversation::Conversation(std::vector<std::string> command, std::filesystem::path folder, Seconds timeout)
    : command_{std::move(command)}, folder_{std::move(folder)}, timeout_{timeout} {}

Conversation::~Conversation() {
  if (process_) process_->send_last(R"({"message":"end"})");
}

void Conversation::begin() {
  try {
    process_ = std::make_unique<ExternalProcess>(command_, folder_, timeout_, interrupted_);
  } catch (const ProcessError& error) {
    fail(error.what());
  }
}

Json Conversation::exchange(Json message) {
  message["id"] = ++messages_;
  asked_ = message.dump(-1, ' ', false, Json::error_handler_t::replace);
  answered_.clear();
  try {
    answered_ = process_->exchange(asked_);
  } catch (const ProcessError& error) {
    fail(error.what());
  } catch (const ProcessInterrupted&) {
    process_->kill();
    throw StrategyInterrupted{};
  }
  Json answer = Json::parse(answered_, nullptr, false);
  if (!answer.is_object())
    fail("answered with a line that is no JSON object (its output is for answers; print to stderr)");
  if (!answer.contains("id") || answer["id"] != messages_)
    fail(fmt::format("answered out of order: 'id' must be {}, that of the message it answers", messages_));
  return answer;
}

std::string Conversation::kind_of(const Json& answer, std::initializer_list<std::string_view> kinds) {
  if (answer.contains("answer") && answer["answer"].is_string())
    for (const std::string_view kind : kinds)
      if (answer["answer"].get_ref<const std::string&>() == kind) return std::string{kind};
  fail(fmt::format("gave no answer to this question: 'answer' must be one of {}", fmt::join(kinds, ", ")));
}

void Conversation::only_keys(const Json& answer, std::initializer_list<std::string_view> keys) {
  for (const auto& [key, value] : answer.items()) {
    if (key == "id" || key == "answer") continue;
    if (std::find(keys.begin(), keys.end(), key) == keys.end())
      fail(fmt::format("used a key that this answer does not have: {}", shown(key)));
  }
}

void Conversation::fail(const std::string& what) {
  std::string command;
  for (const std::string& word : command_) command += (command.empty() ? "" : " ") + word;
  std::string message = fmt::format("the search program '{}' {}", command, what);
  if (!asked_.empty()) message += "\n  it was asked: " + shown(asked_);
  if (!answered_.empty()) message += "\n  it said: " + shown(answered_);
  if (process_) {
    process_->kill();
    const std::string words = indented(process_->last_words());
    if (!words.empty()) message += "\n  the end of its standard error:\n" + words;
  }
  throw StrategyFailure{message};
}

}  // namespace campaign_sim
