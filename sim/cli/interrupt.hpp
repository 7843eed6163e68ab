// Ctrl-C: the first asks the campaign to end and keep what it has, the second ends the program at once.
#pragma once

namespace campaign_sim {

// Installs the handler for SIGINT and SIGTERM.
void watch_for_interrupt();
bool interrupted();

}  // namespace campaign_sim
