// The charts of a comparison. A variant has a colour, a dash and a sign, the same in every chart: it can be told
// apart without seeing colours.
const variantColours = ["var(--blue)", "var(--red)", "var(--green)", "var(--pink)", "var(--orange)", "var(--sky)", "var(--ink)", "var(--yellow)"];
const variantDashes = [null, "7 3", "2 3", "9 3 2 3"];
const variantSigns = ["circle", "square", "triangle", "diamond", "cross", "star", "wye", "times"];
const signPaths = {circle: d3.symbolCircle, square: d3.symbolSquare, triangle: d3.symbolTriangle, diamond: d3.symbolDiamond,
  cross: d3.symbolCross, star: d3.symbolStar, wye: d3.symbolWye, times: d3.symbolTimes};
function lookOf(variant) {
  return {colour: variantColours[variant % 8], dash: variantDashes[(variant + Math.floor(variant / 8)) % 4], sign: variantSigns[(variant + Math.floor(variant / 8)) % 8]};
}
// Lines are drawn as light as the signs on them are dark.
function signFill({sign, colour}) {
  return sign === "times" ? "none" : colour;
}

function variantLegend(data, variants, line) {
  return make("ul", {class: "legend"}, variants.map((variant) => {
    const look = lookOf(variant);
    const key = d3.create("svg").attr("width", line ? 30 : 14).attr("height", 14).attr("aria-hidden", "true");
    if (line) key.append("line").attr("x2", 30).attr("y1", 7).attr("y2", 7).attr("stroke", look.colour).attr("stroke-width", 2.5).attr("stroke-dasharray", look.dash);
    else key.append("path").attr("transform", "translate(7,7)").attr("d", d3.symbol(signPaths[look.sign], 48)()).attr("fill", signFill(look)).attr("stroke", look.colour);
    return make("li", {}, key.node(), data.variants[variant].name);
  }));
}

// Names at the left of a chart, no wider than a good third of it.
function nameAxis(names, width) {
  const widest = Math.max(...names.map((name) => name.length));
  const room = Math.min(Math.max(48, 7 * widest + 14), Math.floor(0.38 * width));
  const letters = Math.floor((room - 14) / 6.6);
  return {marginLeft: room, tickFormat: (name) => (name.length > letters ? name.slice(0, letters - 1) + "…" : name)};
}

// Best so far, mean over seeds, with the interval of the mean shaded.
function anytimeChart(data, axis, width) {
  const {unit, spent, curves} = data.anytime[axis];
  const minimise = data.objective_direction === "minimise";
  const scale = axis === "time" ? timeUnit(spent[spent.length - 1]) : axis === "energy" ? energyUnit(spent[spent.length - 1]) : {name: unit, size: 1};
  const points = curves.flatMap((curve) => spent.map((x, i) => ({x: x / scale.size, mean: curve.mean[i], low: curve.mean_low[i], high: curve.mean_high[i], variant: curve.variant}))
    .filter((point) => point.mean !== null));
  const banded = points.filter((point) => point.low !== null);
  const values = points.map((point) => point.mean);
  const best = minimise ? d3.min(values) : d3.max(values);
  const edge = d3.quantile(values, minimise ? 0.92 : 0.08);  // what came first would press the rest into a line
  const space = 0.05 * Math.abs(edge - best) || 0.05 * Math.abs(best) || 1;
  const marks = curves.flatMap(({variant}) => {
    const look = lookOf(variant);
    const mine = (point) => point.variant === variant;
    return [
      Plot.areaY(banded.filter(mine), {x: "x", y1: "low", y2: "high", fill: look.colour, fillOpacity: 0.16, curve: "step-after", clip: true}),
      Plot.lineY(points.filter(mine), {x: "x", y: "mean", stroke: look.colour, strokeWidth: 2, strokeDasharray: look.dash, curve: "step-after", clip: true})];
  });
  return Plot.plot(frame(width, {
    height: Math.min(380, 240 + width / 8), marginLeft: 56, ariaLabel: `Best ${data.objective} so far against ${axis}`,
    x: {type: "log", label: `${axisWords[axis]} (${scale.name})`, ticks: Math.max(3, Math.round(width / 110)), tickFormat: (value) => inWords(Number(value.toPrecision(3)))},
    y: {label: `best ${data.objective} so far (${minimise ? "lower" : "higher"} is better)`, grid: true,
      domain: minimise ? [best - space, edge + space] : [edge - space, best + space]},
    marks: [...marks, Plot.tip(points, Plot.pointer({x: "x", y: "mean", title: (point) => `${data.variants[point.variant].name}\n${inWords(point.x)} ${scale.name}: ${inWords(point.mean)}` +
      (point.low === null ? "" : `\n95 %: ${inWords(point.low)} to ${inWords(point.high)}`)}))],
  }));
}

// What every variant says to a question: each replicate as a faint dot where it is in the files, the mean, its
// interval.
function standingChart(data, question, width) {
  const answers = answersTo(question);
  const names = answers.map(({variant}) => data.variants[variant].name);
  const column = {best_metric: "best_metric", total_energy: "energy_facility_kwh", total_co2e: "co2e_operational_kg", total_cost: "cost", total_time: "makespan_s"}[question.key];
  const most = d3.max(answers, (one) => finite(one.mean_high) ?? finite(one.mean) ?? 0);
  const scale = question.unit === "s" ? timeUnit(most) : question.unit === "kWh" ? energyUnit(most) : {name: question.unit, size: 1};
  const replicates = data.replicates && data.replicates.variant && column ? data.replicates.variant.map((variant, i) => ({
    name: data.variants[variant].name, value: finite(data.replicates[column][i]), seed: data.replicates.seed[i]})).filter((one) => one.value !== null) : [];
  const means = answers.filter((one) => finite(one.mean) !== null);
  const none = answers.filter((one) => finite(one.mean) === null);
  const at = (one) => data.variants[one.variant].name;
  const {marginLeft, tickFormat} = nameAxis(names, width);
  return Plot.plot(frame(width, {
    height: 66 + 30 * names.length, marginLeft, ariaLabel: question.label,
    x: {label: `${question.label}${scale.name ? ` (${scale.name})` : ""}`, grid: true, nice: true, ticks: Math.max(3, Math.round(width / 100)), zero: question.unit !== "" && !means.length},
    y: {label: null, domain: names, tickFormat, tickSize: 0},
    marks: [
      Plot.dot(replicates, {x: (d) => d.value / scale.size, y: "name", r: 2.5, fill: "var(--dark)", fillOpacity: 0.4,
        title: (d) => `${d.name}, seed ${d.seed}\n${inWords(d.value / scale.size)} ${scale.name}`, tip: true}),
      Plot.ruleY(means.filter((one) => finite(one.mean_low) !== null), {x1: (d) => d.mean_low / scale.size, x2: (d) => d.mean_high / scale.size, y: at, stroke: (d) => lookOf(d.variant).colour, strokeWidth: 3}),
      ...means.map((one) => Plot.dot([one], {x: one.mean / scale.size, y: at, symbol: lookOf(one.variant).sign, r: 5.5, fill: signFill(lookOf(one.variant)), stroke: lookOf(one.variant).colour})),
      Plot.text(none, {y: at, frameAnchor: "left", dx: 4, text: (one) => (one.censored > 0 ? censoredInWords(one, question.unit) : "no value"), fill: "var(--soft)"}),
    ],
  }));
}

// Mean ranks; variants in one box are too close to tell apart (Nemenyi).
function ranksChart(data, question, width) {
  const answers = answersTo(question).filter((one) => one.mean_rank !== null).sort((a, b) => a.mean_rank - b.mean_rank);
  const names = answers.map(({variant}) => data.variants[variant].name);
  const critical = question.nemenyi_critical_difference;
  const boxes = alikeGroups(answers, critical).map(([first, last]) => ({x1: answers[first].mean_rank, x2: answers[last].mean_rank, y1: first - 0.42, y2: last + 0.42}));
  const {marginLeft, tickFormat} = nameAxis(names, width);
  const reach = 0.06 * Math.max(1, names.length - 1);
  return Plot.plot(frame(width, {
    height: 86 + 28 * names.length, marginLeft, marginTop: 40, ariaLabel: "Mean ranks",
    x: {label: "mean rank (1 is best)", domain: [1 - reach, names.length + reach], ticks: d3.range(1, names.length + 1), tickFormat: "d", grid: true},
    y: {label: null, domain: [-0.6, names.length - 0.4], reverse: true, ticks: d3.range(names.length), tickFormat: (i) => (names[i] === undefined ? "" : tickFormat(names[i])), tickSize: 0},
    marks: [
      Plot.rect(boxes, {x1: (d) => d.x1 - reach / 2, x2: (d) => d.x2 + reach / 2, y1: "y1", y2: "y2", fill: "var(--grey)", fillOpacity: 0.28, stroke: "var(--grey)", rx: 5}),
      ...answers.map((one, i) => Plot.dot([one], {x: "mean_rank", y: i, symbol: lookOf(one.variant).sign, r: 5.5, fill: signFill(lookOf(one.variant)), stroke: lookOf(one.variant).colour,
        title: `${data.variants[one.variant].name}\nmean rank ${inWords(one.mean_rank)}`, tip: true})),
      Plot.ruleY([0], {x1: 1, x2: 1 + critical, y: -0.6, dy: -14, stroke: "var(--ink)", strokeWidth: 2}),
      Plot.text([`critical difference ${inWords(critical)}`], {x: 1, y: -0.6, dy: -24, textAnchor: "start", fill: "var(--ink)"}),
    ],
  }));
}

function paretoChart(data, width) {
  const {pareto, replicates} = data;
  const minimise = data.objective_direction === "minimise";
  const points = pareto.variant.map((variant, i) => ({variant, name: data.variants[variant].name, x: pareto.energy_kwh[i], y: pareto.metric[i], rank: pareto.rank[i]})).filter((point) => point.y !== null);
  const scale = energyUnit(d3.max(points, (point) => point.x));
  const cloud = replicates && replicates.variant ? replicates.variant.map((variant, i) => ({x: replicates.energy_facility_kwh[i], y: finite(replicates.best_metric[i]), variant})).filter((one) => one.y !== null) : [];
  const front = points.filter((point) => point.rank === 0).sort((a, b) => a.x - b.x);
  return Plot.plot(frame(width, {
    height: Math.min(360, 220 + width / 8), marginLeft: 56, ariaLabel: "Energy against what was found",
    x: {label: `energy of the whole search (${scale.name})`, nice: true, zero: true},
    y: {label: `${data.objective} at the end (${minimise ? "lower" : "higher"} is better)`, grid: true, nice: true},
    marks: [
      Plot.dot(cloud, {x: (d) => d.x / scale.size, y: "y", r: 2.5, fill: (d) => lookOf(d.variant).colour, fillOpacity: 0.6}),
      Plot.line(front, {x: (d) => d.x / scale.size, y: "y", stroke: "var(--dark)", strokeDasharray: "3 3"}),
      ...points.map((point) => Plot.dot([point], {x: point.x / scale.size, y: "y", symbol: lookOf(point.variant).sign, r: 7, fill: point.rank === 0 ? signFill(lookOf(point.variant)) : "var(--ground)",
        stroke: lookOf(point.variant).colour, strokeWidth: 2, title: (d) => `${d.name}\n${energy(d.x)}, ${inWords(d.y)}`, tip: true})),
    ],
  }));
}

// Mean energy of each variant as a bar, split by cause or by what became of the trial.
function energyBars(data, parts, whose, width) {
  const names = data.shown.map((variant) => data.variants[variant].name);
  const totals = data.shown.map((variant) => d3.sum(parts, (part) => part.values[variant]));
  const scale = energyUnit(d3.max(totals));
  const rows = parts.flatMap((part) => data.shown.map((variant) => ({name: data.variants[variant].name, kwh: part.values[variant] ?? 0, part})));
  const {marginLeft, tickFormat} = nameAxis(names, width);
  return Plot.plot(frame(width, {
    height: 66 + 30 * names.length, marginLeft, marginRight: 70, ariaLabel: "Energy of each variant",
    x: {label: `energy of the ${whose}, mean of a search (${scale.name})`, grid: true, zero: true}, y: {label: null, domain: names, tickFormat, tickSize: 0},
    marks: [
      Plot.barX(rows, Plot.stackX({x: (d) => d.kwh / scale.size, y: "name", fill: (d) => d.part.colour, stroke: "var(--ground)", strokeWidth: 0.5, insetTop: 3, insetBottom: 3,
        title: (d) => `${d.name}\n${d.part.name}: ${energy(d.kwh)}`, tip: true})),
      Plot.text(names, {y: (name) => name, x: (_, i) => totals[i] / scale.size, text: (_, i) => energy(totals[i]), textAnchor: "start", dx: 5, fill: "currentColor"}),
      Plot.ruleX([0]),
    ],
  }));
}
