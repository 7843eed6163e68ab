#include "sim/cli/data_folder.hpp"

namespace campaign_sim {

namespace fs = std::filesystem;

fs::path data_folder() {
  const fs::path program = fs::read_symlink("/proc/self/exe");
  // Built in a checkout: build/<preset>/campaign-sim. Installed: bin/campaign-sim beside share/.
  const fs::path checkout = program.parent_path().parent_path().parent_path();
  if (fs::exists(checkout / "platforms") && fs::exists(checkout / "scenarios")) return checkout;
  return program.parent_path().parent_path() / "share" / "campaign-sim";
}

std::vector<fs::path> platform_library(const std::string& scenario) {
  // The user's own come first: beside the scenario, then beside its folder, then where the user stands.
  const fs::path beside = fs::path{scenario}.parent_path();
  std::vector<fs::path> folders;
  for (const fs::path& folder : {beside / "platforms", beside / ".." / "platforms", fs::path{"platforms"},
                                 data_folder() / "platforms"}) {
    std::error_code ignored;
    if (fs::is_directory(folder, ignored)) folders.push_back(folder.lexically_normal());
  }
  return folders;
}

fs::path find_scenario(const std::string& scenario) {
  std::error_code ignored;
  const fs::path given{scenario};
  if (fs::exists(given, ignored) || given.is_absolute()) return given;
  const fs::path ours = data_folder() / given;
  return fs::exists(ours, ignored) ? ours : given;
}

}  // namespace campaign_sim
