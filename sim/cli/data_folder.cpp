#include "sim/cli/data_folder.hpp"

namespace campaign_sim {

namespace fs = std::filesystem;

namespace {

// Built in a checkout: build/<preset>/campaign-sim. Installed: bin/campaign-sim beside share/.
fs::path checkout() {
  const fs::path folder = fs::read_symlink("/proc/self/exe").parent_path().parent_path().parent_path();
  return fs::exists(folder / "platforms") && fs::exists(folder / "scenarios") ? folder : fs::path{};
}

// Where tools/get-grids puts what it fetches.
fs::path fetched_folder() {
  return checkout().empty() ? data_folder() / "fetched" : checkout() / "build" / "fetched";
}

}  // namespace

fs::path data_folder() {
  if (!checkout().empty()) return checkout();
  return fs::read_symlink("/proc/self/exe").parent_path().parent_path() / "share" / "campaign-sim";
}

std::vector<fs::path> platform_library(const std::string& scenario) {
  // The user's own come first: beside the scenario, then beside its folder, then where the user stands.
  const fs::path beside = fs::path{scenario}.parent_path();
  std::vector<fs::path> folders;
  for (const fs::path& folder : {beside / "platforms", beside / ".." / "platforms", fs::path{"platforms"},
                                 data_folder() / "platforms", fetched_folder()}) {
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
