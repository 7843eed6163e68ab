// How far a run's figures hang on the ranges of its inputs: a band of each, and whose range it comes from.
const inputColours = ["var(--blue)", "var(--orange)", "var(--green)", "var(--pink)", "var(--sky)", "var(--red)"];

function figureWords(figure, summary) {
  const money = (amount) => `${inWords(Number(amount.toPrecision(4)))} ${summary.currency}`;
  return {
    energy_facility_kwh: {name: "Energy", words: energy}, co2e_operational_kg: {name: "CO2e, operational", words: mass},
    cost: {name: "Cost", words: money}, makespan_s: {name: "Duration", words: duration},
    best_metric: {name: "Best " + summary.objective, words: inWords},
  }[figure];
}

// The band in words, for the figure's tile; nothing where no input is a range or none moves it by as much
// as is shown.
function bandInWords(data, name) {
  const found = data.uncertainty?.figures.find((one) => one.figure === name);
  if (!found || found.p5 === found.p95) return null;
  const {words} = figureWords(name, data.summary);
  const [low, high] = [words(found.p5), words(found.p95)];
  return low === high ? null : `${low} to ${high}`;
}

// Bands beside each other, as parts of the run's own answer: they have different units.
function bandsChart(figures, width) {
  const away = (figure, number) => 100 * (number / figure.value - 1);
  const draws = figures.flatMap((figure) => figure.draws.map((draw) => ({name: figure.name, x: away(figure, draw)})));
  return Plot.plot(frame(width, {
    height: 66 + 38 * figures.length, marginLeft: 128, ariaLabel: "Bands of the figures",
    x: {label: "away from the answer (%)", grid: true, nice: true, tickFormat: (x) => (x > 0 ? "+" : "") + inWords(x)},
    y: {label: null, domain: figures.map((one) => one.name), padding: 0.25},
    marks: [
      Plot.barX(figures, {y: "name", x1: (d) => away(d, d.p5), x2: (d) => away(d, d.p95), fill: "var(--sky)", fillOpacity: 0.45,
        title: (d) => `${d.name}: ${d.words(d.p5)} to ${d.words(d.p95)}\nmedian ${d.words(d.p50)}, answer ${d.words(d.value)}`, tip: true}),
      Plot.tickX(draws, {y: "name", x: "x", stroke: "var(--dark)", strokeOpacity: 0.35, insetTop: 9, insetBottom: 9}),
      Plot.tickX(figures, {y: "name", x: (d) => away(d, d.p50), stroke: "var(--blue)", strokeWidth: 2.5}),
      Plot.ruleX([0], {stroke: "var(--ink)"}),
    ],
  }));
}

function sharesChart(parts, names, width) {
  const whole = Math.max(1, ...d3.rollup(parts, (of) => d3.sum(of, (one) => one.share), (one) => one.name).values());
  return Plot.plot(frame(width, {
    height: 66 + 34 * names.length, marginLeft: 128, ariaLabel: "Which input the bands come from",
    x: {label: "share of the figure's variation (%)", domain: [0, 100 * whole]},
    y: {label: null, domain: names, padding: 0.25},
    marks: [Plot.barX(parts, Plot.stackX({y: "name", x: (d) => 100 * d.share, fill: "colour", stroke: "var(--ground)", order: null,
      title: (d) => `${d.name}\n${d.input}: ${percent(d.share)}`, tip: true}))],
  }));
}

// The inputs that matter have a colour each, those that matter most first; the others share one.
function coloured(inputs, figures) {
  const most = (i) => d3.max(figures, (one) => one.shares[i]);
  const order = d3.sort(d3.range(inputs.length), (i) => -most(i));
  return order.map((i, place) => ({i, name: inputs[i].keys[0], colour: inputColours[place] ?? "var(--grey)", own: place < inputColours.length}));
}

function contributions(inputs, figures) {
  const known = figures.filter((one) => one.shares.every((share) => share !== null));
  if (!known.length) return [make("p", {}, "Too few draws to tell the inputs apart: give more with --uncertainty N.")];
  const ranked = coloured(inputs, known);
  const parts = known.flatMap((one) => [
    ...ranked.map(({i, name, colour}) => ({name: one.name, input: name, colour, share: one.shares[i]})),
    {name: one.name, input: "not explained by ranks", colour: "var(--line)", share: Math.max(0, 1 - d3.sum(one.shares))},
  ]).filter((one) => one.share >= 0.001);
  const rest = ranked.filter((one) => !one.own).length;
  const range = (input) => `${input.from} to ${input.to}`;
  return [make("h3", {}, "Which input it comes from"),
    legend([...ranked.filter((one) => one.own), ...(rest ? [{name: plural(rest, "other input"), colour: "var(--grey)"}] : []),
      {name: "not explained by ranks", colour: "var(--line)"}]),
    chart((width) => sharesChart(parts, known.map((one) => one.name), width),
      "R² of a regression on ranks, divided among the inputs in proportion to their squared standardised coefficients (Saltelli et al. 2008; Iman & Conover 1979). Measure the longest bar's input better, and the band shrinks."),
    numbersBehind(() => table("Share of each input in each figure", ["input", "value", "range", "distribution", ...known.map((one) => one.name)],
      ranked.map(({i}) => [breakable(inputs[i].keys.join(", ")), inputs[i].value, range(inputs[i]), inputs[i].distribution, ...known.map((one) => percent(one.shares[i]))]), ["key"]))];
}

function overTheRanges(data) {
  const {uncertainty, summary} = data;
  if (!uncertainty) return null;
  const {inputs, samples, samples_failed: failed} = uncertainty;
  const all = uncertainty.figures.map((one) => ({...one, ...figureWords(one.figure, summary)}));
  const moved = all.filter((one) => one.p5 !== one.p95 && one.value);
  const still = all.filter((one) => one.p5 === one.p95).map((one) => one.name.toLowerCase());
  const intro = `The scenario gives ${plural(inputs.length, "input")} as a range. ${plural(samples, "more run")} with draws from ` +
    `${inputs.length === 1 ? "it" : "them"} and the same seed say how far the answer hangs on that${failed ? `; ${inWords(failed)} failed and are left out` : ""}. ` +
    "Left out of the bands: luck, and whether the models are right.";
  const nothing = still.length ? `No range moves: ${still.join(", ")}.` : null;
  if (!moved.length) return sectionOf("ranges", "How far it may be off", intro, nothing ? make("p", {}, nothing) : null);
  return sectionOf("ranges", "How far it may be off", intro,
    legend([{name: "5 % to 95 % of the draws", colour: "var(--sky)"}, {name: "a draw", colour: "var(--dark)"}, {name: "their median", colour: "var(--blue)"}]),
    chart((width) => bandsChart(moved, width), "Against the answer of this run, which is the line at 0." + (nothing ? " " + nothing : "")),
    stackedTable(null, ["figure", "answer", "5 %", "median", "95 %"],
      moved.map((one) => [one.name, ...[one.value, one.p5, one.p50, one.p95].map(one.words)])),
    ...contributions(inputs, moved));
}
