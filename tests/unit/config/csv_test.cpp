#include "sim/config/csv.hpp"

#include <catch2/catch.hpp>
#include <cmath>

using namespace campaign_sim;

TEST_CASE("cells in quotes may hold commas, quotes and line breaks") {
  const auto table = CsvTable::parse(
      "\xEF\xBB\xBF"
      "a,\"b\"\r\n\"1,5\",\"he said \"\"no\"\"\"\r\n\n\"two\nlines\",x\n",
      "t.csv");
  CHECK(table.columns() == std::vector<std::string>{"a", "b"});
  REQUIRE(table.rows() == 2);
  CHECK(table.cell(0, 0) == "1,5");
  CHECK(table.cell(0, 1) == "he said \"no\"");
  CHECK(table.cell(1, 0) == "two\nlines");
  CHECK(table.place(0) == "t.csv:2");
  CHECK(table.place(1) == "t.csv:4");
}

TEST_CASE("numbers are whole cells") {
  const auto table = CsvTable::parse("a\n 1e3 \n-inf\nnan\n1x\n+2\n", "t.csv");
  CHECK(table.number(0, 0) == 1000);
  CHECK(std::isinf(table.number(1, 0)));
  CHECK(std::isnan(table.number(2, 0)));
  CHECK_THROWS_WITH(table.number(3, 0), "t.csv:5: 'a' is not a number: '1x'");
  CHECK(table.number(4, 0) == 2);
}

TEST_CASE("what is no table is refused where it goes wrong") {
  const auto parse = [](std::string_view text) { CsvTable::parse(text, "t.csv"); };
  CHECK_THROWS_WITH(parse(""), "t.csv:1: no header; the first line must name the columns");
  CHECK_THROWS_WITH(parse("a,b\n1\n"), "t.csv:2: 1 cells, but the header has 2");
  CHECK_THROWS_WITH(parse("a,a\n"), "t.csv:1: two columns are called 'a'");
  CHECK_THROWS_WITH(parse("a\n1\n\"open\nand on\n"), "t.csv:3: a quote is opened here and never closed");
  CHECK_THROWS_WITH(parse("a\n1\"2\n"), "t.csv:2: a quote inside a cell; put the whole cell in quotes");
  CHECK_THROWS_WITH(parse(std::string_view{"a\0b", 3}), "t.csv: a binary file, not a table");
  CHECK_THROWS_WITH(CsvTable::load("/nowhere/runs.csv"), "/nowhere/runs.csv: there is no such file");
  CHECK_THROWS_WITH(CsvTable::load("/tmp"), "/tmp: not a file that can be read as a table");
  CHECK_THROWS_WITH(CsvTable::parse("loss,rate\n", "t.csv").column("los"),
                    "t.csv:1: no column 'los'; did you mean 'loss'?");
}
