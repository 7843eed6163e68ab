// Opens reports in a real browser: they load without a complaint, every chart has marks, what the page says is
// what the CSVs say, and nothing sticks out of a telephone's screen.
//
//   node report_test.mjs PROGRAM ASSETS [SCREENSHOTS]
//
// ASSETS is what tools/get-report-assets --tests fetched; with a third folder, pictures are left there to look at.
import assert from "node:assert/strict";
import {execFileSync, spawnSync} from "node:child_process";
import {existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync} from "node:fs";
import {createRequire} from "node:module";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {after, test as testOf} from "node:test";
import {pathToFileURL} from "node:url";

const [program, assets, pictures] = process.argv.slice(2);
const browserPath = ["chromium", "chromium-browser", "google-chrome"]
  .map((name) => spawnSync("sh", ["-c", `command -v ${name}`]).stdout.toString().trim()).find(Boolean);
function skip(why) {
  console.log(`SKIPPED: ${why}`);
  process.exit(0);
}
if (!browserPath) skip("there is no Chromium (on Debian: apt-get install chromium)");
if (!existsSync(join(assets, "d3.min.js")) || !existsSync(join(assets, "node_modules", "playwright-core")))
  skip("the libraries are missing; tools/get-report-assets --tests fetches them");
const {chromium} = createRequire(pathToFileURL(join(assets, "x.js")))("playwright-core");

// A busy machine is no mistake of the page, but a browser that hangs must not hold up who waits for it.
const patience = 180e3;
const test = (name, body) => testOf(name, {timeout: patience}, body);
setTimeout(() => {
  console.error("the browser did not answer; giving up");
  process.exit(1);
}, 840e3).unref();

const work = mkdtempSync(join(tmpdir(), "campaign-sim-report-"));
const scenario = (changes) => `
name: reported
description: "A <b>search</b> & its \\"report\\" </script>"
seed: 3
platform: v100-node-x8
workload:
  kind: fixed
  seconds_per_unit: {value: 4 min, source: made up, mark: assumed}
  power: 220 W
  start_up: 1 min
  quality: {kind: random, best: 0.2, worst: 0.5, start: 2, noise: 0.005}
space: {learning_rate: {float: [1e-5, 1e-1], log: true}, activation: {choice: [relu, "swish, gated"]}}
search: {strategy: asha, eta: 3, resource: {unit: epoch, min: 1, max: 27}}
stop: {trials: ${changes.trials}}
objective: {minimise: validation_error}
variants:
  asha: {}
  all-of-them: {search: {strategy: random}}
  successive_halving: {search: {strategy: successive_halving}}
`;
function simulate(name, changes, ...more) {
  writeFileSync(join(work, name + ".yaml"), scenario(changes));
  const folder = join(work, name);
  execFileSync(program, ["run", join(work, name + ".yaml"), "--out", folder, "--quiet", ...more]);
  execFileSync(program, ["report", folder, "--quiet"]);
  return folder;
}
function compare(name, changes, ...more) {
  writeFileSync(join(work, name + ".yaml"), scenario(changes));
  const folder = join(work, name);
  execFileSync(program, ["compare", join(work, name + ".yaml"), "--out", folder, "--quiet", ...more]);
  return folder;
}
// Rows of a CSV as objects. None of the files read here has quoted commas but trials.csv.
function rows(folder, file) {
  const parse = (line) => [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].map((cell) => cell[1]);
  const [header, ...lines] = readFileSync(join(folder, file), "utf8").trimEnd().split("\n");
  const names = parse(header);
  return lines.map((line) => Object.fromEntries(parse(line).slice(0, names.length).map((cell, i) => [names[i], cell])));
}
const near = (a, b, what) => assert.ok(Math.abs(a - b) <= 1e-6 * Math.max(Math.abs(a), Math.abs(b)) + 1e-12, `${what}: ${a}, ${b}`);

const context = await chromium.launchPersistentContext(mkdtempSync(join(work, "profile-")), {
  executablePath: browserPath, headless: true, viewport: {width: 1200, height: 900}, offline: true, timeout: patience,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync"],
});
context.setDefaultTimeout(patience / 2);
async function open(folder, {width = 1200, scheme = "light"} = {}) {
  const page = await context.newPage();
  page.complaints = [];
  page.on("console", (message) => { if (["error", "warning"].includes(message.type())) page.complaints.push(message.text()); });
  page.on("pageerror", (error) => page.complaints.push(String(error)));
  page.on("request", (request) => { if (!/^(file|data|blob):/.test(request.url())) page.complaints.push("asks for " + request.url()); });
  await page.setViewportSize({width, height: 900});
  await page.emulateMedia({colorScheme: scheme});
  await page.goto(pathToFileURL(join(folder, "report.html")).href);
  await page.waitForSelector("#scenario");
  return page;
}
const dataOf = (page) => page.evaluate(() => JSON.parse(document.getElementById("data").textContent));
const picture = (page, name) => (pictures ? page.screenshot({path: join(pictures, name + ".png"), fullPage: true}) : null);

const small = simulate("small", {trials: 60});
const large = simulate("large", {trials: 6000});
const bare = simulate("bare", {trials: 5}, "--only-summary");
const compared = compare("compared", {trials: 27}, "--seeds", "6", "--target", "0.3");
const lone = compare("lone", {trials: 9}, "--seeds", "1", "--target", "0.0001");

const figuresOf = (page) => page.$$eval("figure[role=group]", (all) => all.map((figure) => ({
  caption: figure.querySelector("figcaption").textContent,
  marks: figure.querySelectorAll("svg path, svg rect, svg circle, svg image").length,
  named: [...figure.querySelectorAll("svg")].some((svg) => svg.getAttribute("aria-label") && svg.getAttribute("role") === "img"),
  bad: /NaN|undefined|Infinity/.test(figure.innerHTML),
})));
for (const [name, folder, count] of [["small", small, 7], ["large", large, 7], ["compared", compared, 10], ["lone", lone, 9]]) {
  test(`${name}: every chart has marks, and nobody complains`, async () => {
    const page = await open(folder);
    const figures = await figuresOf(page);
    assert.equal(figures.length, count);
    for (const figure of figures) {
      assert.ok(figure.marks > 0, `no marks above “${figure.caption}”`);
      assert.ok(figure.named, `no name for “${figure.caption}”`);
      assert.ok(!figure.bad, `not a number in “${figure.caption}”`);
    }
    assert.equal(await page.evaluate(() => /NaN|undefined|null|Infinity|\[object/.test(document.getElementById("main").innerText)), false);
    assert.deepEqual(page.complaints, []);
    await picture(page, name);
    await page.close();
  });
}

test("the headline figures are those of summary.json", async () => {
  const page = await open(small);
  const summary = JSON.parse(readFileSync(join(small, "summary.json"), "utf8"));
  await page.click("#figures summary");
  const shown = Object.fromEntries(await page.$$eval("#figures tbody tr", (all) => all.map((row) => [...row.cells].map((cell) => cell.textContent))));
  for (const [key, value] of Object.entries(summary)) assert.equal(shown[key], value === null ? "–" : String(value), key);
  await page.close();
});

test("a user's text is shown as text", async () => {
  const page = await open(small);
  assert.equal(await page.textContent("#head p"), 'A <b>search</b> & its "report" </script>');
  assert.match(await page.textContent("#found"), /swish, gated|relu/);
  await page.close();
});

test("the series are those of the CSVs", async () => {
  const page = await open(small);
  const data = await dataOf(page);
  const power = rows(small, "power.csv");
  const energy = (watts) => watts.reduce((sum, w, i) => sum + w * ((data.power.start_s[i + 1] ?? data.power.end_s) - data.power.start_s[i]), 0);
  near(energy(data.power.it_w), power.reduce((sum, bin) => sum + bin.it_w * (bin.end_s - bin.start_s), 0), "joules under the curve");
  near(energy(data.power.it_w) / 3.6e6, data.summary.energy_it_kwh, "kWh under the curve");

  const incumbent = rows(small, "incumbent.csv");
  assert.equal(data.incumbent.metric.length, incumbent.length);
  incumbent.forEach((row, i) => { for (const key of ["time_s", "energy_kwh", "trial", "metric"]) near(data.incumbent[key][i], Number(row[key]), key); });

  const trials = rows(small, "trials.csv");
  assert.equal(data.trials.count, trials.filter((trial) => Number.isFinite(parseFloat(trial.best_metric))).length);
  data.trials.trial.forEach((trial, i) => near(data.trials.metric[i], Number(trials[trial].best_metric), "metric of trial " + trial));
  const sorted = trials.map((trial) => Number(trial.best_metric)).sort((a, b) => a - b);
  data.best.rows.forEach((row, i) => near(row[1], sorted[i], "metric of the best trials"));

  const levels = [1, 3, 9, 27];
  assert.deepEqual(data.rungs.resource, levels);
  assert.deepEqual(data.rungs.reached, levels.map((level) => trials.filter((trial) => Number(trial.resource) >= level).length));
  const segments = rows(small, "segments.csv");
  levels.forEach((level, i) => near(data.rungs.energy_kwh[i], segments.filter((row) => row.cause === "train" && Number(row.to_resource) === level)
    .reduce((sum, row) => sum + Number(row.energy_j), 0) / 3.6e6, "energy of rung " + level));

  // Each accelerator-second that somebody held is under a bar, and under the curve of use.
  const held = segments.filter((row) => row.trial).reduce((sum, row) => sum + (row.end_s - row.start_s) * row.accelerators, 0);
  const {bars} = data.gantt;
  near(bars.trial.reduce((sum, _, i) => sum + (bars.end_s[i] - bars.start_s[i]) * (bars.last[i] - bars.first[i] + 1), 0), held, "bars");
  const used = Object.values(data.use.accelerators).flat().reduce((sum, mean) => sum + mean, 0) * data.use.end_s / data.use.columns;
  near(used, held, "use");
  assert.equal(await page.$$eval("#machines figure:last-of-type g[aria-label=rect] rect", (all) => all.length), bars.trial.length);
  await page.close();
});

test("many trials are counted, not drawn one by one", async () => {
  const page = await open(large);
  const data = await dataOf(page);
  assert.ok(!data.trials.metric && !data.gantt.bars);
  const counted = data.trials.by_time.reduce((sum, cell) => sum + cell[2], 0);
  assert.equal(counted + data.trials.out_of_view, data.trials.count);
  assert.equal(data.trials.count, 6000);
  assert.equal(data.trials.by_energy.reduce((sum, cell) => sum + cell[2], 0), counted);
  const segments = rows(large, "segments.csv").filter((row) => row.trial);
  const held = segments.reduce((sum, row) => sum + (row.end_s - row.start_s) * row.accelerators, 0);
  const used = Object.values(data.use.accelerators).flat().reduce((sum, mean) => sum + mean, 0) * data.use.end_s / data.use.columns;
  near(used, held, "use");
  assert.ok(statSync(join(large, "report.html")).size < 1.5e6);
  await page.close();
});

test("every chart has its numbers as a table", async () => {
  const page = await open(small);
  const tables = await page.$$eval("details.numbers", (all) => all.map((one) => { one.open = true; return one.parentElement.id; }));
  assert.equal(tables.length, 8);
  await page.waitForFunction(() => [...document.querySelectorAll("details.numbers")].every((one) => one.querySelector("tbody tr")));
  const rowsOfPower = await page.$$eval("#power tbody tr", (all) => all.length);
  assert.equal(rowsOfPower, (await dataOf(page)).power.start_s.length);
  await page.close();
});

test("the keyboard reaches the choice of axis, and it changes the chart", async () => {
  const page = await open(small);
  const label = () => page.$eval("#found figure svg[role=img]", (svg) => svg.getAttribute("aria-label"));
  assert.match(await label(), /against energy/);
  await page.focus("#found input[value=energy]");
  await page.keyboard.press("ArrowRight");
  assert.match(await label(), /against time/);
  await page.close();
});

test("headings do not skip a level, and links lead somewhere", async () => {
  for (const folder of [small, compared]) {
    const page = await open(folder);
    const levels = await page.$$eval("h1, h2, h3", (all) => all.map((one) => Number(one.tagName[1])));
    assert.equal(levels.filter((level) => level === 1).length, 1);
    levels.forEach((level, i) => assert.ok(i === 0 || level <= levels[i - 1] + 1));
    assert.deepEqual(await page.$$eval("a[href^='#']", (all) => all.filter((one) => !document.querySelector(one.getAttribute("href"))).length), 0);
    const unnamed = await page.$$eval("select, input", (all) => all.filter((one) => !one.labels.length).length);
    assert.equal(unnamed, 0);
    await page.close();
  }
});

// What the tables of a comparison say of each question, by the variant.
const answersIn = (folder, question) => Object.fromEntries(rows(folder, "summaries.csv").filter((row) => row.question === question).map((row) => [row.variant, row]));

test("a comparison names the winners of summaries.csv and how sure statistics.csv is", async () => {
  const page = await open(compared);
  const wins = await page.$$eval("#wins tbody tr", (all) => all.map((row) => [...row.cells].map((cell) => cell.textContent)));
  const questions = [...new Set(rows(compared, "summaries.csv").map((row) => row.question))];
  assert.equal(wins.length, questions.length);
  let settled = 0;
  for (const question of questions) {
    const answers = Object.values(answersIn(compared, question)).sort((a, b) => a.place - b.place);
    const shown = wins.find(([label]) => label === answers[0].label);
    const pair = rows(compared, "statistics.csv").find((row) => row.question === question &&
      [row.a, row.b].includes(answers[0].variant) && [row.a, row.b].includes(answers[1].variant));
    if (Number(pair.difference) === 0) continue;
    assert.equal(shown[1], answers[0].variant, question);
    assert.equal(/^settled/.test(shown[4]), Number(pair.p_holm) < 0.05, question);
    settled += /^settled/.test(shown[4]);
  }
  assert.match(await page.textContent("#wins"), /\d % (less|more) \([-\d.]+ to [-\d.]+ %\) than /);
  await page.close();
});

test("the series of a comparison are those of its CSVs", async () => {
  const page = await open(compared);
  const data = await dataOf(page);
  const name = (variant) => data.variants[variant].name;
  for (const axis of ["energy", "co2e", "cost", "time", "resource"])
    for (const curve of data.anytime[axis].curves) {
      const points = rows(compared, "anytime.csv").filter((row) => row.axis === axis && row.variant === name(curve.variant));
      assert.equal(curve.mean.length, points.length);
      points.forEach((point, i) => {
        near(data.anytime[axis].spent[i], Number(point.spent), "spent");
        for (const key of ["mean", "mean_low", "mean_high"])
          point[key] === "" ? assert.equal(curve[key][i], null) : near(curve[key][i], Number(point[key]), key);
      });
    }
  for (const row of rows(compared, "pareto.csv")) near(data.pareto.energy_kwh[data.pareto.variant.findIndex((one) => name(one) === row.variant)], Number(row.energy_kwh), "energy");
  const replicates = rows(compared, "comparison.csv");
  assert.equal(data.replicates.seed.length, replicates.length);
  data.variants.forEach((variant, i) => {
    const mine = replicates.filter((row) => row.variant === variant.name);
    const mean = (key) => mine.reduce((sum, row) => sum + Number(row[key]), 0) / mine.length;
    for (const cause of ["train", "load", "idle"]) near(data.energy[cause][i], mean(`energy_${cause}_kwh`), cause);
    near(data.replicates.cost[i * 6], Number(mine[0].cost_electricity) + Number(mine[0].cost_accelerators) + Number(mine[0].cost_storage), "cost");
  });
  for (const run of data.runs)
    near(data.runs[0].data.summary.energy_it_kwh, JSON.parse(readFileSync(join(compared, name(data.runs[0].variant), "seed-3", "summary.json"), "utf8")).energy_it_kwh, run.seed);
  await page.close();
});

test("axis, question, split and run can be chosen by the keyboard, and the charts follow", async () => {
  const page = await open(compared);
  const label = (id) => page.$eval(`#${id} figure svg[role=img]`, (svg) => svg.getAttribute("aria-label"));
  await page.focus("#anytime input[value=energy]");
  await page.keyboard.press("ArrowRight");
  assert.match(await label("anytime"), /against co2e/);
  await page.selectOption("#question", "total_time");
  assert.equal(await label("standings"), "time of the whole search");
  await page.focus("#energy input[value=cause]");
  await page.keyboard.press("ArrowRight");
  assert.match(await page.textContent("#energy .legend"), /stopped early/);
  const before = await page.textContent("#power figcaption");
  await page.selectOption("#of-run", "2");
  assert.notEqual(await page.textContent("#power figcaption"), before);
  assert.equal((await figuresOf(page)).every((figure) => figure.marks > 0), true);
  assert.deepEqual(page.complaints, []);
  await page.close();
});

test("one seed has no intervals, and a target that nobody reaches is said to be so", async () => {
  const page = await open(lone);
  assert.match(await page.textContent("#head"), /One seed only: there are no intervals/);
  assert.match(await page.textContent("#wins"), /Nobody got there with any seed/);
  assert.match(await page.textContent("#wins"), /this may be luck/);
  assert.equal(await page.$("#ranks"), null);
  await page.close();
});

test("tables of a comparison that are of another are not drawn", () => {
  writeFileSync(join(lone, "pareto.csv"), readFileSync(join(lone, "pareto.csv"), "utf8").replace("asha", "somebody"));
  const {status, stderr} = spawnSync(program, ["report", lone]);
  assert.equal(status, 2);
  assert.match(stderr.toString(), /pareto.csv is not as the comparison left it .*: truncated or edited; compare again/);
});

for (const width of [320, 390, 768])
  test(`nothing sticks out of a screen of ${width} pixels`, async () => {
    for (const folder of [small, large, bare, compared]) {
      const page = await open(folder, {width});
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth));
      if (width === 390 && [small, compared].includes(folder)) await picture(page, folder === small ? "phone" : "phone-compared");
      await page.close();
    }
  });

for (const [name, folder] of [["small", small], ["compared", compared]])
  test(`${name}: dark and print are drawn too`, async () => {
    const page = await open(folder, {scheme: "dark"});
    const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    assert.equal(ground, "rgb(20, 23, 26)");
    await picture(page, `dark-${name}`);
    const pdf = await page.pdf({format: "A4", ...(pictures ? {path: join(pictures, `print-${name}.pdf`)} : {})});
    assert.ok(pdf.length > 20000);
    assert.deepEqual(page.complaints, []);
    await page.close();
  });

test("a run that left no series has a report without pictures", async () => {
  const page = await open(bare);
  assert.deepEqual(page.complaints, []);
  assert.match(await page.textContent("#series"), /only-summary/);
  await page.close();
});

test("the same results give the same bytes", () => {
  for (const folder of [small, compared]) {
    const before = readFileSync(join(folder, "report.html"));
    execFileSync(program, ["report", folder, "--out", join(work, "again.html"), "--quiet"]);
    assert.ok(before.equals(readFileSync(join(work, "again.html"))));
  }
});

test("a folder that holds no run is refused in words", () => {
  const {status, stderr} = spawnSync(program, ["report", work]);
  assert.equal(status, 2);
  assert.match(stderr.toString(), /is not a folder of results/);
});

after(async () => {
  await Promise.race([context.close(), new Promise((resolve) => setTimeout(resolve, 20e3).unref())]);
  rmSync(work, {recursive: true, force: true});
});
