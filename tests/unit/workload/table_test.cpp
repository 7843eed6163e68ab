#include <catch2/catch.hpp>
#include <cmath>
#include <filesystem>
#include <fstream>

#include "tests/support/shared_data.hpp"
#include "tests/support/workload_from.hpp"

using namespace campaign_sim;
using namespace campaign_sim::testing;

namespace {

// A file that is gone when the test is over.
class TemporaryFile {
 public:
  TemporaryFile(const std::string& name, const std::string& text)
      : path_{std::filesystem::temp_directory_path() / ("campaign_sim_table_test_" + name)} {
    std::ofstream{path_} << text;
  }
  ~TemporaryFile() { std::filesystem::remove(path_); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

const std::string runs = "id,opt,lr,hours\nr1,adam,0.1,1\nr2,adam,0.01,2\nr3,sgd,0.1,3\nr4,sgd,0.01,4\n";
const std::string curves = "id,epoch,loss\nr1,1,9\nr1,3,5\nr2,1,8\nr3,1,7\nr4,2,6\nr1,4,inf\nr4,4,2\n";

MadeWorkload made(const std::string& runs_text, const std::string& curves_text, const std::string& rest,
                  Space space) {
  const TemporaryFile runs_file{"runs.csv", runs_text};
  const TemporaryFile curves_file{"curves.csv", curves_text};
  return make_workload({"{kind: table, table: " + runs_file.path() + ", curves: {file: " +
                            curves_file.path() + ", id: id, resource: epoch, metric: loss}, " + rest + "}",
                        std::move(space), 4});
}

Space opt_lr() { return space_of({choice("opt", {"adam", "sgd"}), choice("lr", {"0.10", "0.01"})}); }

}  // namespace

TEST_CASE("a recorded curve is linear between its points and flat outside") {
  const auto m = made(runs, curves, "seconds_column: hours", opt_lr());
  REQUIRE(m.mistakes.empty());
  CHECK(m.workload->metric({{0, 0}}, 0.5) == 9);
  CHECK(m.workload->metric({{0, 0}}, 2) == 7);
  CHECK(m.workload->metric({{0, 0}}, 3) == 5);
  CHECK_FALSE(std::isfinite(m.workload->metric({{0, 0}}, 3.5)));  // on the way to a recorded infinity
  CHECK(m.workload->metric({{0, 1}}, 4) == 8);                    // stopped after its first epoch
  CHECK(m.workload->metric({{1, 1}}, 3) == 4);
  CHECK(m.workload->cost({{1, 1}}, v100())->per_unit == Seconds{1});  // 4 in all, over 4 epochs
}

TEST_CASE("the nearest run stands for a configuration that was never trained") {
  const auto m = made(runs, curves, "seconds_per_unit: 1 s, match: nearest",
                      space_of({choice("opt", {"adam", "sgd", "lamb"}), reals("lr", 0.01, 0.1)}));
  REQUIRE(m.mistakes.empty());
  CHECK(m.workload->metric({{0, 0.02}}, 1) == 8);
  CHECK(m.workload->metric({{0, 0.09}}, 1) == 9);
  CHECK(m.workload->metric({{1, 0.09}}, 1) == 7);
  CHECK(m.workload->metric({{2, 0.02}}, 1) == 8);  // as near to r2 as to r4: the first
}

TEST_CASE("a run between two values of a stepped parameter is neither of them") {
  Parameter layers;
  layers.name = "layers";
  layers.kind = ParameterKind::integer;
  layers.low = 2;
  layers.high = 6;
  layers.step = 2;
  const std::string stepped = "id,layers\nr1,2\nr2, 3\nr3,4\nr4,6\n";
  for (const std::string match : {"exact", "nearest"}) {
    const auto m = made(stepped, curves, "seconds_per_unit: 1 s, match: " + match, space_of({layers}));
    REQUIRE(m.mistakes.empty());
    CHECK(m.workload->metric({{2}}, 1) == 9);
    CHECK(m.workload->metric({{4}}, 1) == 7);
    CHECK(m.workload->metric({{6}}, 4) == 2);
  }
}

TEST_CASE("runs may be numbered, and filtered") {
  const auto m = made(runs, curves, "seconds_per_unit: 1 s, match: row, where: {opt: sgd}",
                      space_of({integers("row", 1, 2)}));
  REQUIRE(m.mistakes.empty());
  CHECK(m.workload->metric({{1}}, 1) == 7);
  CHECK(m.workload->metric({{2}}, 4) == 2);
  CHECK_THAT(made(runs, curves, "seconds_per_unit: 1 s, match: row, where: {opt: sgd}",
                  space_of({integers("row", 1, 3)}))
                 .mistakes,
             Catch::Contains("write `space: {row: {int: [1, 2]}}`"));
}

TEST_CASE("repeated runs are a mistake, or the first, or drawn") {
  const std::string repeated = runs + "r5,adam,0.1,5\n";
  const std::string more = curves + "r5,1,3\n";
  CHECK_THAT(made(repeated, more, "seconds_per_unit: 1 s", opt_lr()).mistakes,
             Catch::Contains("runs.csv:2 and") && Catch::Contains("runs.csv:6 have the same parameters"));
  CHECK(
      made(repeated, more, "seconds_per_unit: 1 s, repeats: first", opt_lr()).workload->metric({{0, 0}}, 1) ==
      9);
  const double drawn =
      made(repeated, more, "seconds_per_unit: 1 s, repeats: draw", opt_lr()).workload->metric({{0, 0}}, 1);
  CHECK((drawn == 9 || drawn == 3));
}

TEST_CASE("mistakes in the data are reported with file and line") {
  const auto mistakes = [](const std::string& runs_text, const std::string& curves_text) {
    return made(runs_text, curves_text, "seconds_column: hours", opt_lr()).mistakes;
  };
  CHECK_THAT(mistakes(runs, curves + "r4,3,1\n"),
             Catch::Contains("curves.csv:9: 'epoch' is 3 (it must rise along the curve of run r4)"));
  CHECK_THAT(mistakes(runs, curves + "r4,5,\n"), Catch::Contains("curves.csv:9: 'loss' is missing"));
  CHECK_THAT(mistakes(runs, curves + "r4,5,low\n"),
             Catch::Contains("curves.csv:9: 'loss' is not a number: 'low'"));
  CHECK_THAT(mistakes(runs + "r5,adam,1,1\n", curves),
             Catch::Contains("runs.csv:6: run r5 has no learning curve"));
  CHECK_THAT(mistakes(runs + "r4,adam,1,1\n", curves), Catch::Contains("runs.csv:6: 'id' is r4 again"));
  CHECK_THAT(mistakes("id,opt,lr\nr1,adam,0.1\n", curves), Catch::Contains("runs.csv:1: no column 'hours'"));
  CHECK_THAT(mistakes("id,opt,lr,hours\nr1,adam,0.1,-1\n", curves),
             Catch::Contains("runs.csv:2: 'hours' is -1"));
  CHECK_THAT(mistakes("id,opt,lr,hours\nr1,adam,0.1,1\n", curves),
             Catch::Contains("the table has no run with {opt: adam, lr: 0.01}"));
  CHECK_THAT(mistakes("id,opt,lr,hours\nr1,lamb,0.1,1\n", curves),
             Catch::Contains("no row of the table lies in the space"));
  CHECK_THAT(mistakes("", curves), Catch::Contains("no header"));
}

TEST_CASE("mistakes in the section are reported before a file is opened") {
  const auto text =
      make_workload({"{kind: table, table: nowhere.csv, metric: loss, match: near}", opt_lr()}).mistakes;
  CHECK_THAT(text, Catch::Contains("give exactly one") && Catch::Contains("match") &&
                       !Catch::Contains("nowhere.csv:"));
  CHECK_THAT(
      make_workload({"{kind: table, table: nowhere.csv, metric: loss, seconds_per_unit: 1 s}", opt_lr()})
          .mistakes,
      Catch::Contains("nowhere.csv: there is no such file"));
}

TEST_CASE("real learning curves of translation models are replayed") {
  const auto configs = shared_file("data/nmt-hpo/nmtlc_configs.csv");
  const auto points = shared_file("data/nmt-hpo/nmtlc_curves.csv");
  if (!configs || !points) return;
  const auto m =
      make_workload({"{kind: table, table: " + configs->string() + ", curves: {file: " + points->string() +
                         ", id: run_no, resource: checkpoint, metric: dev_ppl}, where: {dataset: "
                         "material-sw-en}, match: row, "
                         "seconds_per_unit: 10 min}",
                     space_of({integers("row", 1, 819)}), 133});
  REQUIRE(m.mistakes.empty());
  CHECK(m.workload->metric({{1}}, 1) == 9.61918);
  CHECK(m.workload->metric({{1}}, 2.5) == Approx((9.38555 + 9.99012) / 2));
  for (int row = 1; row <= 819; ++row) CHECK(m.workload->metric({{1.0 * row}}, 133) > 1);
}

TEST_CASE("real results without curves are replayed") {
  const auto results = shared_file("data/nmt-hpo/nmthpo_sw-en.csv");
  if (!results) return;
  const auto m = make_workload(
      {"{kind: table, table: " + results->string() +
           ", metric: dev_bleu, match: nearest, seconds_per_unit: 1 h}",
       space_of({choice("num_layers", {"1", "2", "4", "6"}), choice("num_embed", {"256", "512", "1024"}),
                 choice("ff_num_hidden", {"1024", "2048"}), choice("attention_heads", {"8", "16"}),
                 choice("bpe_symbols", {"1000", "2000", "4000", "8000", "16000", "32000"}),
                 choice("initial_learning_rate", {"0.0003", "0.0006", "0.001"})})});
  REQUIRE(m.mistakes.empty());
  CHECK(m.workload->metric({{0, 0, 0, 0, 2, 2}}, 1) == 22.29);  // the file's first row
}
