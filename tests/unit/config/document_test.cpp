// Files, the library, includes and overrides.
#include <catch2/catch.hpp>

#include "support.hpp"

using namespace campaign_sim;
using campaign_sim::testing::Folder;
using campaign_sim::testing::mistakes;
using campaign_sim::testing::thrown;

namespace {

std::string refused(const std::string& file) {
  return thrown([&] { Document::load(file, {}); });
}

std::string refused_text(const std::string& text) {
  return thrown([&] { Document::parse(text, "try.yaml"); });
}

}  // namespace

TEST_CASE("a file that holds no YAML is one clear error") {
  Folder folder{"files"};
  folder.write("asha.yaml", "a: 1\n");
  folder.write("empty.yaml", "");
  folder.write("comment.yaml", "# nothing\n");
  folder.write("binary.yaml", std::string{"a\0b", 3});
  folder.write("latin.yaml", "a: 1\nb: caf\xE9\n");
  folder.write("large.yaml", std::string((16u << 20) + 1, 'a'));
  folder.write("control.yaml", "a: 1\nb: x\x04y\n");
  std::filesystem::create_directory("folder");
  CHECK(refused("asah.yaml") == "asah.yaml: error: there is no such file; did you mean 'asha.yaml'?\n");
  CHECK(refused("quite-other.yml") == "quite-other.yml: error: there is no such file\n");
  CHECK(refused("folder") == "folder: error: this is a directory; name a YAML file in it\n");
  CHECK(refused("/dev/null") == "/dev/null: error: this is not a regular file\n");
  CHECK(refused("empty.yaml") == "empty.yaml: error: the file is empty\n");
  CHECK(refused("comment.yaml") == "comment.yaml: error: the file holds no values\n");
  CHECK(refused("binary.yaml") == "binary.yaml: error: this is a binary file, not YAML\n");
  CHECK(refused("latin.yaml") ==
        "latin.yaml:2:7: error: this is not UTF-8 text: is it a binary file?\n  b: caf?\n        ^\n");
  CHECK(refused("large.yaml") ==
        "large.yaml: error: the file is larger than 16 MiB (16 MiB): is it a scenario?\n");
  CHECK(refused("control.yaml") ==
        "control.yaml:2:5: error: control character U+0004; remove it\n  b: x?y\n      ^\n");
}

TEST_CASE("a text that is not one mapping is refused where it goes wrong") {
  CHECK(refused_text("[1, 2]\n") ==
        "try.yaml:1:1: error: a file must be a mapping (lines of 'key: value')\n  [1, 2]\n  ^\n");
  CHECK(refused_text("a: 1\n---\nb: 2\n") ==
        "try.yaml:2:1: error: a second document starts here; a file holds one: remove the '---' or split the "
        "file\n"
        "  ---\n  ^\n");
  CHECK(refused_text("a: [1, 2\n").find("error: this is not YAML: end of sequence flow not found") !=
        std::string::npos);
  const std::string deep(65, '[');
  CHECK(refused_text("a: " + deep).find("this is nested more than 64 levels deep") != std::string::npos);
  CHECK(
      refused_text("a: &a [*a]\n") ==
      "try.yaml:1:8: error: an alias inside the value it stands for never ends\n  a: &a [*a]\n         ^\n");
  std::string bomb = "a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n";
  for (int i = 1; i < 9; ++i) {
    const auto below = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int j = 0; j < 10; ++j) bomb += (j ? ", " : "") + below;
    bomb += "]\n";
  }
  CHECK(refused_text(bomb).find("its aliases make more than 1000000 values of this file") !=
        std::string::npos);
}

TEST_CASE("what YAML lets through is refused here") {
  const auto read = [](Reader& root) { root.number("a"); };
  CHECK(mistakes("a: 1\na: 2\n", read) ==
        "try.yaml:2:1: error: key 'a' stands here twice (first on line 1); keep one\n  a: 2\n  ^\n");
  CHECK(mistakes("a: .nan\n", read) ==
        "try.yaml:1:4: error: 'a' must be a finite number\n  a: .nan\n     ^\n");
  CHECK(mistakes("a: [1]\n", read) ==
        "try.yaml:1:4: error: 'a' must be a single value, not a list\n  a: [1]\n     ^\n");
  CHECK(mistakes("a: !!float 1\n", read)
            .find("error: tag 'tag:yaml.org,2002:float' is not supported; remove it") != std::string::npos);
  CHECK(
      mistakes("b: &b {c: 1}\n<<: *b\na: 1\n", [](Reader& root) {
        root.number("a");
        root.section("b").number("c");
      }).find("merge keys ('<<') are not supported; use 'include' or repeat the keys") != std::string::npos);
  CHECK(mistakes("b: &b 4\na: *b\n", [](Reader& root) { CHECK(root.number("a") + root.number("b") == 8); }) ==
        "");
}

TEST_CASE("an included file lies below the including one") {
  Folder folder{"include"};
  folder.write("main.yaml", "include: [parts/one.yaml, parts/two.yaml]\na: {x: 1}\n");
  folder.write("parts/one.yaml", "a: {x: 5, y: 5}\nb: 5\n");
  folder.write("parts/two.yaml", "include: three.yaml\nb: 6\n");
  folder.write("parts/three.yaml", "b: 7\nc: 7\n");
  const auto text = mistakes(Document::load("main.yaml", {}), [](Reader& root) {
    CHECK(root.section("a").number("x") == 1);
    CHECK(root.section("a").number("y") == 5);
    CHECK(root.number("b") == 6);
    CHECK(root.number("c", between(0, 1)) == 1);
  });
  CHECK(text == "parts/three.yaml:2:4: error: 'c' must be from 0 to 1 (it is 7)\n  c: 7\n     ^\n");
}

TEST_CASE("an include that cannot be followed is an error where it stands") {
  Folder folder{"include-errors"};
  folder.write("a.yaml", "include: b.yaml\nx: 1\n");
  folder.write("b.yaml", "include: a.yaml\n");
  folder.write("missing.yaml", "include: c.yaml\nx: 1\n");
  const auto read = [](Reader& root) { root.number("x"); };
  CHECK(mistakes(Document::load("a.yaml", {}), read) ==
        "b.yaml:1:10: error: 'a.yaml' includes itself in the end; remove one include\n"
        "  include: a.yaml\n           ^\n");
  CHECK(mistakes(Document::load("missing.yaml", {}), read) ==
        "missing.yaml:1:10: error: this file cannot be included:\n"
        "c.yaml: error: there is no such file; did you mean 'a.yaml'?\n  include: c.yaml\n           ^\n");
}

TEST_CASE("a library entry is named, named and overridden, or written in full") {
  Folder folder{"library"};
  folder.write("own/accelerators/p100.yaml", "tdp: 250 W\nmemory: {size: 16 GB}\n");
  folder.write("lib/accelerators/p100.yaml", "tdp: 999 W\n");
  folder.write("lib/accelerators/p100-small.yaml", "use: p100\nmemory: {size: 12 GB}\n");
  folder.write("lib/node.yaml", "accelerator: p100\ncount: 4\n");
  const std::vector<std::filesystem::path> library{"own", "lib"};
  auto document = Document::parse(
      "a: p100\nb: {use: p100-small, tdp: 200 W}\nc: {tdp: 1 W, memory: {size: 1 GB}}\n"
      "d: {use: node, accelerator: {tdp: 5 W}}\n",
      "try.yaml", library);
  auto root = document.root();
  const auto tdp = [](Reader r) { return r.quantity<Watts>("tdp").base(); };
  const auto size = [](Reader r) { return r.section("memory").quantity<Bytes>("size").base(); };
  for (const auto& [key, watts, bytes] :
       {std::tuple{"a", 250.0, 16e9}, std::tuple{"b", 200.0, 12e9}, std::tuple{"c", 1.0, 1e9}}) {
    CHECK(tdp(root.library_entry(key, "accelerators")) == watts);
    CHECK(size(root.library_entry(key, "accelerators")) == bytes);
  }
  CHECK(root.library_entry("a", "accelerators").text_or("name", "") == "p100");
  auto node = root.library_entry("d", "");
  CHECK(node.integer("count") == 4);
  CHECK(tdp(node.library_entry("accelerator", "accelerators")) == 5);
  CHECK(size(node.library_entry("accelerator", "accelerators")) == 16e9);
  document.finish();
  CHECK(document.resolved() ==
        "a:  # p100\n  name: p100\n  tdp: 250 W\n  memory:\n    size: 16 GB\n"
        "b:  # p100-small\n  tdp: 200 W\n  memory:\n    size: 12 GB\n"
        "c:\n  tdp: 1 W\n  memory:\n    size: 1 GB\n"
        "d:  # node\n  accelerator:  # p100\n    tdp: 5 W\n    memory:\n      size: 16 GB\n  count: 4\n");
}

TEST_CASE("a library entry that cannot be found is one error, and nothing below it is another") {
  Folder folder{"library-errors"};
  folder.write("lib/accelerators/v100-sxm2.yaml", "tdp: 300 W\n");
  folder.write("lib/accelerators/ring.yaml", "use: chain\n");
  folder.write("lib/accelerators/chain.yaml", "use: ring\n");
  const auto ask = [](const std::string& text) {
    return mistakes(Document::parse(text, "try.yaml", {"lib"}), [](Reader& root) {
      auto entry = root.library_entry("a", "accelerators");
      CHECK_FALSE(entry.ok());
      CHECK(entry.quantity<Watts>("tdp", at_least(10)).base() == 10);
      entry.section("memory").items("list");
    });
  };
  CHECK(ask("a: v100-sxm\n") ==
        "try.yaml:1:4: error: no 'v100-sxm' among the accelerators; did you mean 'v100-sxm2'? "
        "(searched lib/accelerators)\n  a: v100-sxm\n     ^\n");
  CHECK(ask("a: {use: h100, tdp: 4 W}\n") ==
        "try.yaml:1:10: error: no 'h100' among the accelerators (searched lib/accelerators)\n"
        "  a: {use: h100, tdp: 4 W}\n           ^\n");
  CHECK(ask("a: ../secret\n") ==
        "try.yaml:1:4: error: '../secret' is not the name of an entry of the library's accelerators\n"
        "  a: ../secret\n     ^\n");
  CHECK(ask("a: ring\n") ==
        "lib/accelerators/chain.yaml:1:6: error: 'ring' is made of itself (ring -> chain -> ring)\n"
        "  use: ring\n       ^\n");
  CHECK(ask("b: 1\n") ==
        "try.yaml:1:1: error: 'a' is missing (a name of the library or a mapping in full)\n  b: 1\n  ^\n"
        "try.yaml:1:1: error: unknown key 'b'; the keys here are 'a'\n  b: 1\n  ^\n");
}

TEST_CASE("an override is a value like those of the file") {
  Folder folder{"set"};
  folder.write("lib/p100.yaml", "nodes: 2\nclusters: [{n: 1}, {n: 2}]\n");
  auto document = Document::parse(
      "platform: p100\nsearch: {strategy: asha, eta: 3}\nsampler: tpe\ntdp: {value: 250 W, source: s}\n",
      "try.yaml", {"lib"});
  document.set("platform.nodes=4");
  document.set("platform.clusters.1.n=9");
  document.set("search.strategy=random");
  document.set("sampler.gamma=0.2");
  document.set("tdp.value=300 W");
  document.set("list=[1, 2, {value: 3}]");
  document.set("new.section={a: b}");
  auto root = document.root();
  auto platform = root.library_entry("platform", "");
  CHECK(platform.integer("nodes") == 4);
  auto clusters = platform.items("clusters");
  REQUIRE(clusters.size() == 2);
  CHECK(clusters[0].integer("n") == 1);
  CHECK(clusters[1].integer("n") == 9);
  CHECK(root.section("search").text("strategy") == "random");  // and asha's eta no longer matters
  auto sampler = root.chosen_section("sampler", "kind", "random");
  CHECK(sampler.text("kind") == "tpe");
  CHECK(sampler.number("gamma") == 0.2);
  CHECK(root.quantity<Watts>("tdp").base() == 300);
  CHECK(root.numbers("list") == std::vector<double>{1, 2, 3});
  CHECK(root.section("new").section("section").text("a") == "b");
  document.finish();
  for (const auto& input : document.inputs())
    if (input.path == "tdp") CHECK(input.source.empty());
}

TEST_CASE("another way to know a rate replaces the first, and more of the same way is laid on it") {
  const auto after = [](const std::string& override) {
    auto document =
        Document::parse("pue: {trace: pue.csv}\nintensity: {region: de, year: 2023}\n", "try.yaml", {});
    document.set(override);
    return document;
  };
  {
    auto document = after("intensity={trace: de.csv}");
    auto root = document.root();
    CHECK(root.section("intensity").text("trace") == "de.csv");
    CHECK(root.section("pue").text("trace") == "pue.csv");
    document.finish();  // neither 'region' nor 'year' is left to be unknown
  }
  auto document = after("intensity.region=fr");
  auto intensity = document.root().section("intensity");
  CHECK(intensity.text("region") == "fr");
  CHECK(intensity.integer("year") == 2023);
}

TEST_CASE("an override of an intensity forgets what the file said of it, and keeps what overrides said") {
  const auto scope = [](std::vector<std::string> overrides) {
    Document document =
        Document::parse("site: {intensity: 1, intensity_scope: direct, pue: 1}\n", "try.yaml", {});
    for (const std::string& one : overrides) document.set(one);
    Reader site = document.root().section("site");
    return site.has("intensity_scope") ? site.text("intensity_scope") : "not said";
  };
  CHECK(scope({}) == "direct");
  CHECK(scope({"site.pue=2"}) == "direct");
  CHECK(scope({"site.intensity=2"}) == "not said");
  CHECK(scope({"site.intensity_scope=life-cycle", "site.intensity=2"}) == "life-cycle");
  CHECK(scope({"site.intensity=2", "site.intensity_scope=life-cycle"}) == "life-cycle");
}

TEST_CASE("a mistake about a section that an override makes names the override") {
  auto document = Document::parse("a: 1\n", "try.yaml");
  document.root().integer("a");
  document.set("site.pue.value=158");
  Reader site = document.root().section("site");
  site.number("pue");
  site.reject("pue", "too much");
  site.reject("", "not good either");
  const auto said = thrown([&] { document.finish(); });
  CHECK(said ==
        "--set site.pue.value=158: error: too much\n--set site.pue.value=158: error: not good either\n");
}

TEST_CASE("a wrong override is shown by its own text") {
  const auto set = [](const std::string& assignment) {
    auto document = Document::parse("a: {b: 1}\nl: [1]\n", "try.yaml");
    const auto said = thrown([&] { document.set(assignment); });
    if (!said.empty()) return said;
    return mistakes(std::move(document), [](Reader& root) {
      root.section("a").number("b", at_least(1));
      root.numbers("l");
    });
  };
  CHECK(set("a.b=0") == "--set a.b=0: error: 'b' must be at least 1 (it is 0)\n");
  CHECK(set("a.c=0") == "--set a.c=0: error: unknown key 'c' in a; the keys here are 'b'\n");
  CHECK(set("a.b") == "--set a.b: error: expected path.to.key=value, such as search.eta=4\n");
  CHECK(set("=1") == "--set =1: error: expected path.to.key=value, such as search.eta=4\n");
  CHECK(set("a..b=1") == "--set a..b=1: error: expected path.to.key=value, such as search.eta=4\n");
  CHECK(set("l.1=1") == "--set l.1=1: error: '1' is no index of a list of 1 (they count from 0)\n");
  CHECK(set("a.b=[1") == "--set a.b=[1: error: this is not YAML: end of sequence flow not found\n");
  CHECK(set("a.b=") == "--set a.b=: error: 'b' has no value; give one or remove the key\n");
  CHECK(set("a=5") ==
        "--set a=5: error: 'a' must be a mapping (lines of 'key: value'), not a single value\n");
  CHECK(set("l.0=2") == "");
}
