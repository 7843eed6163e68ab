// What the program's exit status says.
#pragma once

namespace campaign_sim {

inline constexpr int done_status = 0;
inline constexpr int user_can_fix_it_status = 2;  // the message says how
inline constexpr int we_must_fix_it_status = 3;
inline constexpr int some_failed_status = 4;    // of many runs; the others stand
inline constexpr int interrupted_status = 130;  // 128 + SIGINT, as shells have it; what was done is kept

}  // namespace campaign_sim
