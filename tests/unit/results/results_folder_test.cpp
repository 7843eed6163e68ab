#include "sim/results/results_folder.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <vector>

#include "sim/results/output_error.hpp"
#include "tests/unit/config/support.hpp"

using namespace campaign_sim;
namespace fs = std::filesystem;
using testing::Folder;

namespace {

std::vector<std::string> here() {
  std::vector<std::string> names;
  for (const auto& entry : fs::recursive_directory_iterator{"."})
    names.push_back(entry.path().lexically_normal().string());
  std::ranges::sort(names);
  return names;
}

using Names = std::vector<std::string>;
constexpr auto our_manifest = "{\n  \"program\": \"campaign-sim 0.1.0\"\n}\n";

}  // namespace

TEST_CASE("results appear all at once") {
  const Folder folder{"results"};
  {
    ResultsFolder results{"a/b/", Overwrite::no};
    results.write("x.txt", "text");
    CHECK(!fs::exists("a/b"));
    results.commit();
  }
  CHECK(here() == Names{"a", "a/b", "a/b/x.txt"});
}

TEST_CASE("results that fail leave nothing") {
  const Folder folder{"results"};
  {
    ResultsFolder results{"out", Overwrite::no};
    results.write("x.txt", "text");
  }
  CHECK(here().empty());
}

TEST_CASE("what is there stays unless it may be overwritten, and is ours") {
  const Folder folder{"results"};
  folder.write("ours/manifest.json", our_manifest);
  folder.write("ours/old.csv", "old");
  folder.write("theirs/manifest.json", "{\"name\": \"a web page\"}");
  folder.write("thesis/thesis.tex", "work");
  folder.write("file", "text");
  fs::create_directory("empty");
  const Names before = here();
  CHECK_THROWS_WITH((ResultsFolder{"ours", Overwrite::no}),
                    "ours exists; choose another with --out, or overwrite it with --force");
  for (const char* other : {"theirs", "thesis", "file"})
    CHECK_THROWS_WITH((ResultsFolder{other, Overwrite::yes}), Catch::Contains("is not a folder of results"));
  CHECK_THROWS_AS((ResultsFolder{"file/below", Overwrite::yes}), OutputError);
  CHECK(here() == before);

  {
    ResultsFolder results{"ours", Overwrite::yes};
    results.write("new.csv", "new");
    CHECK(fs::exists("ours/old.csv"));  // until the new ones are complete
    results.commit();
  }
  CHECK(fs::exists("ours/new.csv"));
  CHECK(!fs::exists("ours/old.csv"));
  ResultsFolder{"empty", Overwrite::yes}.commit();
}

TEST_CASE("a file that cannot be written is reported with its name") {
  const Folder folder{"results"};
  const ResultsFolder results{"out", Overwrite::no};
  fs::create_directory(results.file("x.txt"));
  CHECK_THROWS_WITH(results.write("x.txt", "text"), Catch::Contains("x.txt: Is a directory"));
}
