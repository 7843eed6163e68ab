#include "analysis/report/fate_words.hpp"

namespace campaign_sim {

nlohmann::ordered_json fate_words(Choice choice) {
  nlohmann::ordered_json words;
  for (const auto& [key, share] : {std::pair{"best", Share::winner},
                                   {"completed", Share::completed},
                                   {"stopped", Share::stopped},
                                   {"failed", Share::failed},
                                   {"idle", Share::idle},
                                   {"overhead", Share::cooling}})
    words[key] = in_words(share, choice);
  return words;
}

}  // namespace campaign_sim
