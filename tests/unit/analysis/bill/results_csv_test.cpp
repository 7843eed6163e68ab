#include "analysis/bill/results_csv.hpp"

#include <catch2/catch.hpp>
#include <fstream>

#include "analysis/results_error.hpp"
#include "tests/unit/config/support.hpp"

using namespace campaign_sim;
using testing::Folder;

namespace {

void write(const std::string& file, const std::string& text) {
  std::ofstream{file, std::ios::binary} << text;
}

std::string sum_of(const std::string& text) {
  Checksum checksum;
  checksum.add(text);
  return checksum.text();
}

}  // namespace

TEST_CASE("the checksum is CRC-32 as zip files have it") {
  CHECK(sum_of("123456789") == "cbf43926");  // the check value of CRC-32/ISO-HDLC
  CHECK(sum_of("") == "00000000");
}

TEST_CASE("rows are read across the blocks of a file, each byte once") {
  const Folder folder{"rows"};
  std::string text = "number,word\n";
  for (int i = 0; i < 100'000; ++i) text += std::to_string(i) + ",word " + std::to_string(i * 7) + '\n';
  REQUIRE(text.size() > 3 * (1U << 18));
  write("a.csv", text);
  ResultsCsv csv{"a.csv"};
  csv.read_header();
  const std::size_t number = csv.column("number");
  const std::size_t word = csv.column("word");
  int rows = 0;
  bool right = true;
  for (; csv.next(); ++rows)
    right = right && csv.number<int>(number) == rows && csv.text(word) == "word " + std::to_string(rows * 7);
  CHECK(right);
  CHECK(rows == 100'000);
  CHECK(csv.checksum() == sum_of(text));
}

TEST_CASE("the checksum is of the whole file wherever reading stopped") {
  const Folder folder{"rows"};
  const std::string text = "a,b\n1,2\n" + std::string(600'000, '3') + ",4\n";
  write("a.csv", text);
  ResultsCsv csv{"a.csv"};
  csv.read_header();
  CHECK(csv.next());
  CHECK(csv.checksum() == sum_of(text));
}

TEST_CASE("cells in quotes hold commas, quotes and line breaks") {
  const Folder folder{"rows"};
  write("a.csv", "x,\"a \"\"name\"\", quoted\",z\n1,\"two\nlines, and \"\"this\"\"\",3\n4,,6\n");
  ResultsCsv csv{"a.csv"};
  csv.read_header();
  CHECK(csv.column("a \"name\", quoted") == 1);
  REQUIRE(csv.next());
  CHECK(csv.text(1) == "two\nlines, and \"this\"");
  CHECK(csv.text(2) == "3");
  REQUIRE(csv.next());
  CHECK(csv.text(1).empty());
  CHECK_THROWS_WITH(csv.number<double>(1), "a.csv:4: '' is not a number");
  CHECK_FALSE(csv.next());
}

TEST_CASE("a file that is no table of ours says where") {
  const Folder folder{"rows"};
  const auto reading = [](const std::string& text) {
    write("a.csv", text);
    ResultsCsv csv{"a.csv"};
    csv.read_header();
    while (csv.next()) csv.number<double>(csv.column("n"));
  };
  CHECK_THROWS_WITH(reading(""), "a.csv:1: it is empty");
  CHECK_THROWS_WITH(reading("m\n1\n"), "a.csv:2: no column 'n'");
  CHECK_THROWS_WITH(reading("n\n1\n2"), "a.csv:3: the last line has no end; the file was cut short");
  CHECK_THROWS_WITH(reading("n,m\n1,2\n3\n"), "a.csv:3: 1 cells, but the header has 2");
  CHECK_THROWS_WITH(reading("n\n1\ntwo\n"), "a.csv:3: 'two' is not a number");
  CHECK_THROWS_WITH(reading("n\n\"never closed\n"), Catch::Contains("cut short"));
  CHECK_THROWS_AS(ResultsCsv{"nowhere.csv"}, ResultsError);
}
