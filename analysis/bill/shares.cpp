#include "analysis/bill/shares.hpp"

#include <array>

namespace campaign_sim {
namespace {

struct ShareName {
  std::string_view name;
  std::string_view words;
};
constexpr std::array<ShareName, shares> share_names = {{{"winner", "the best trial"},
                                                        {"completed", "completed, not chosen"},
                                                        {"stopped", "stopped early"},
                                                        {"failed", "failed"},
                                                        {"lost", "lost work, rolled back"},
                                                        {"start_up", "start-up"},
                                                        {"communication", "communication"},
                                                        {"checkpoints", "checkpoints"},
                                                        {"search", "the search's own computing"},
                                                        {"idle", "idle machines"},
                                                        {"cooling", "cooling and distribution"}}};

}  // namespace

std::string_view name(Share share) { return share_names[static_cast<std::size_t>(share)].name; }
std::string_view in_words(Share share, Choice choice) {
  if (share == Share::completed && choice == Choice::none) return "completed";
  return share_names[static_cast<std::size_t>(share)].words;
}

std::optional<Share> share_of(Cause cause) {
  switch (cause) {
    case Cause::train:
    case Cause::load:
      return std::nullopt;
    case Cause::communicate:
      return Share::communication;
    case Cause::checkpoint:
    case Cause::restore:
      return Share::checkpoints;
    case Cause::lost:
      return Share::lost;
    case Cause::search:
      return Share::search;
    case Cause::idle:
    case Cause::off:
      return Share::idle;
  }
  return Share::idle;
}

}  // namespace campaign_sim
