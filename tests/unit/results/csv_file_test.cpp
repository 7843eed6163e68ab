#include "sim/results/csv_file.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <fstream>
#include <sstream>

#include "sim/results/output_error.hpp"
#include "sim/results/segments_csv.hpp"
#include "tests/unit/config/support.hpp"

using namespace campaign_sim;
using testing::Folder;

namespace {

std::string content(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream{file}.rdbuf();
  return text.str();
}

}  // namespace

TEST_CASE("cells are separated, rows ended, numbers short and exact") {
  const Folder folder{"csv"};
  CsvFile csv{"a.csv", "x,y,z"};
  csv.cell(0.1).cell(std::uint64_t{18446744073709551615u}).cell("word").end_row();
  csv.cell(1e300).cell(-0.25).cell(3.0).end_row();
  csv.cell(std::nan("")).empty_cell().cell(std::numeric_limits<double>::infinity()).end_row();
  csv.cell(-std::numeric_limits<double>::infinity()).cell("").cell(5e-324).end_row();
  csv.close();
  CHECK(content("a.csv") == "x,y,z\n0.1,18446744073709551615,word\n1e+300,-0.25,3\n,,inf\n-inf,,5e-324\n");
}

TEST_CASE("text that a reader would take apart is quoted") {
  const Folder folder{"csv"};
  CsvFile csv{"a.csv", "x"};
  for (const std::string_view text : {"a,b", "say \"so\"", "two\nlines", "cr\r", "plain; text"})
    csv.cell(text).end_row();
  csv.close();
  CHECK(content("a.csv") == "x\n\"a,b\"\n\"say \"\"so\"\"\"\n\"two\nlines\"\n\"cr\r\"\nplain; text\n");
}

TEST_CASE("many rows arrive whole") {
  const Folder folder{"csv"};
  CsvFile csv{"a.csv", "n"};
  std::string expected = "n\n";
  for (std::uint64_t i = 0; i < 200'000; ++i) {
    csv.cell(i).end_row();
    expected += std::to_string(i) + '\n';
  }
  csv.close();
  CHECK(content("a.csv") == expected);
}

TEST_CASE("a file that cannot be made or filled is reported") {
  CHECK_THROWS_AS((CsvFile{"/nowhere/a.csv", "x"}), OutputError);
  if (!std::filesystem::exists("/dev/full")) return;
  CsvFile csv{"/dev/full", "x"};
  csv.cell("a").end_row();
  CHECK_THROWS_WITH(csv.close(), Catch::Contains("/dev/full") && Catch::Contains("No space left"));
  CsvFile long_one{"/dev/full", "x"};
  CHECK_THROWS_AS(
      [&] {
        for (std::uint64_t i = 0; i < 200'000; ++i) long_one.cell(i).end_row();
      }(),
      OutputError);
}

TEST_CASE("numbers that follow each other are printed as ranges") {
  const auto text = [](std::vector<std::uint32_t> numbers) { return ranges(numbers); };
  CHECK(text({}).empty());
  CHECK(text({7}) == "7");
  CHECK(text({0, 1}) == "0-1");
  CHECK(text({0, 1, 2, 3, 8}) == "0-3;8");
  CHECK(text({1, 3, 5, 6}) == "1;3;5-6");
}
