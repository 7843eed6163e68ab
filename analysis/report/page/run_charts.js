// The charts. Each takes the data of the page and a width, and returns an SVG; none changes the data.
const causeColours = {
  train: "var(--blue)", communicate: "var(--sky)", load: "var(--orange)", checkpoint: "var(--green)",
  restore: "var(--pink)", lost: "var(--red)", idle: "var(--grey)", off: "var(--line)",
  search: "var(--yellow)",
};
const causeWords = {
  train: "training", communicate: "communication", load: "start-up", checkpoint: "writing checkpoints",
  restore: "reading checkpoints", lost: "work lost", idle: "idle machines", off: "switched off",
  search: "the strategy itself",
};
const fateColours = {
  best: "var(--green)", completed: "var(--blue)", stopped: "var(--orange)", failed: "var(--red)",
  idle: "var(--grey)", overhead: "var(--pink)",
};

function frame(width, options) {
  return {
    width, style: {background: "transparent", color: "currentColor", fontSize: "12px", overflow: "visible"},
    marginLeft: 48, marginRight: 14, marginTop: 26, marginBottom: 40, ...options,
  };
}

// Parts of a whole as one bar with a legend that has the numbers.
function partsBar(parts, width, label) {
  const whole = d3.sum(parts, (part) => part.value);
  return Plot.plot(frame(width, {
    height: 58, marginLeft: 1, marginRight: 1, marginTop: 4, marginBottom: 26, ariaLabel: label,
    x: {domain: [0, whole || 1], axis: null}, y: {axis: null},
    marks: [
      Plot.barX(parts, Plot.stackX({
        x: "value", fill: (part) => part.colour, stroke: "var(--ground)", strokeWidth: 1, ariaLabel: (part) => `${part.name}: ${energy(part.value)}`,
        title: (part) => `${part.name}\n${energy(part.value)}, ${percent(part.value / whole)}`, tip: true,
      })),
      Plot.axisX([0.25, 0.5, 0.75].map((share) => share * whole), {
        tickFormat: (value) => Math.round((100 * value) / (whole || 1)) + " %", tickSize: 4, label: null,
      }),
    ],
  }));
}

function powerChart(power, width) {
  const time = timeUnit(power.end_s);
  const unit = powerUnit(d3.max(power.facility_w));
  const starts = power.start_s.map((start) => start / time.size);
  const end = power.end_s / time.size;
  const stepped = (watts, more) => [...watts.map((value, i) => ({time: starts[i], power: value / unit.size, ...more})),
    {time: end, power: watts[watts.length - 1] / unit.size, ...more}];
  const causes = Object.keys(power.causes);
  const layers = causes.flatMap((cause) => stepped(power.causes[cause], {cause}));
  const totals = starts.map((start, i) => ({
    from: start, to: i + 1 < starts.length ? starts[i + 1] : end, it: power.it_w[i] / unit.size, facility: power.facility_w[i] / unit.size,
    text: [`${inWords(start)} ${time.name}`, `facility: ${inWords(power.facility_w[i] / unit.size)} ${unit.name}`,
      `machines: ${inWords(power.it_w[i] / unit.size)} ${unit.name}`,
      ...causes.map((cause) => `  ${causeWords[cause] || cause}: ${inWords(power.causes[cause][i] / unit.size)} ${unit.name}`)].join("\n"),
  }));
  return Plot.plot(frame(width, {
    height: Math.min(320, 200 + width / 8), ariaLabel: "Power over time",
    x: {label: `time (${time.name})`, domain: [0, end]},
    y: {label: `power (${unit.name})`, grid: true, zero: true, nice: true},
    marks: [
      Plot.areaY(layers, Plot.stackY({
        x: "time", y: "power", fill: (d) => causeColours[d.cause] || "var(--dark)", z: "cause", order: causes, curve: "step-after",
      })),
      Plot.lineY(stepped(power.facility_w), {x: "time", y: "power", curve: "step-after", stroke: "var(--ink)", strokeDasharray: "4 3"}),
      Plot.ruleY([0]),
      Plot.ruleX(totals, Plot.pointerX({x: (d) => (d.from + d.to) / 2, stroke: "var(--soft)"})),
      Plot.tip(totals, Plot.pointerX({x: (d) => (d.from + d.to) / 2, y: "facility", title: "text"})),
    ],
  }));
}

// The best metric so far as a line, trials behind it as points or, where they are many, as a density.
function bestChart(data, against, width) {
  const byTime = against === "time";
  const {incumbent, trials, summary} = data;
  const endEnergy = summary.energy_it_kwh;
  const unit = byTime ? timeUnit(summary.makespan_s) : energyUnit(endEnergy);
  const end = (byTime ? summary.makespan_s : endEnergy) / unit.size;
  const column = byTime ? "time_s" : "energy_kwh";
  const minimise = summary.objective_direction === "minimise";
  const line = incumbent[column].map((x, i) => ({x: x / unit.size, metric: incumbent.metric[i], trial: incumbent.trial[i]}));
  if (line.length) line.push({...line[line.length - 1], x: end});

  // What is seen: the trials but the worst twentieth, and all of the line.
  const [best, worst] = trials.range;
  const edge = minimise ? Math.max(worst, ...incumbent.metric.slice(-Math.ceil(line.length * 0.8))) : Math.min(worst, ...incumbent.metric.slice(-Math.ceil(line.length * 0.8)));
  const space = 0.04 * Math.abs(edge - best) || Math.abs(best) * 0.05 || 1;
  const domain = minimise ? [best - space, edge + space] : [edge - space, best + space];
  const marks = [];
  if (trials.metric) {
    const points = trials.metric.map((metric, i) => ({x: trials[column][i] / unit.size, metric, trial: trials.trial[i]}));
    marks.push(Plot.dot(points, {x: "x", y: "metric", r: 2.6, fill: "var(--dark)", fillOpacity: 0.55, clip: true,
      title: (d) => `trial ${d.trial}\n${summary.objective}: ${inWords(d.metric)}\nended at ${inWords(d.x)} ${unit.name}`, tip: {clip: false}}));
  } else {
    const cells = byTime ? trials.by_time : trials.by_energy;
    const most = d3.max(cells, (cell) => cell[2]);
    const across = (column) => (column / trials.columns) * end;
    const up = (row) => best + (row / trials.rows) * (worst - best);
    marks.push(Plot.rect(cells, {x1: (d) => across(d[0]), x2: (d) => across(d[0] + 1), y1: (d) => up(d[1]), y2: (d) => up(d[1] + 1),
      fill: "var(--dark)", fillOpacity: (d) => 0.08 + 0.72 * Math.sqrt(d[2] / most), inset: 0}));
  }
  marks.push(
    Plot.line(line, {x: "x", y: "metric", curve: "step-after", stroke: "var(--green)", strokeWidth: 2.5, clip: true}),
    Plot.dot(line.slice(0, -1), {x: "x", y: "metric", r: 3.5, fill: "var(--green)", stroke: "var(--ground)", clip: true,
      title: (d) => `best so far: ${inWords(d.metric)}\ntrial ${d.trial}\nafter ${inWords(d.x)} ${unit.name}`, tip: {clip: false}}));
  return Plot.plot(frame(width, {
    height: Math.min(340, 220 + width / 8), marginLeft: 56, ariaLabel: `Best ${summary.objective} against ${against}`,
    x: {label: byTime ? `time (${unit.name})` : `energy of the machines (${unit.name})`, domain: [0, end]},
    y: {label: `${summary.objective} (${minimise ? "lower" : "higher"} is better)`, grid: true, domain},
    opacity: {type: "identity"},
    marks,
  }));
}

// How many accelerators were held by trials of which fate.
function useChart(data, width) {
  const {use, summary} = data;
  const time = timeUnit(use.end_s);
  const at = (column) => (column * use.end_s) / use.columns / time.size;
  const fates = Object.keys(use.accelerators);
  const rows = fates.flatMap((fate) => [...use.accelerators[fate], use.accelerators[fate][use.columns - 1]]
    .map((held, column) => ({time: at(column), held, fate})));
  const middle = d3.range(use.columns).map((column) => ({
    time: at(column + 0.5), held: d3.sum(fates, (fate) => use.accelerators[fate][column]),
    text: [`${inWords(at(column))} ${time.name}`, ...fates.map((fate) => `${data.fate_words[fate]}: ${inWords(use.accelerators[fate][column])}`)].join("\n"),
  }));
  return Plot.plot(frame(width, {
    height: Math.min(240, 160 + width / 10), ariaLabel: "Accelerators in use over time",
    x: {label: `time (${time.name})`, domain: [0, use.end_s / time.size]},
    y: {label: "accelerators", grid: true, domain: [0, summary.accelerators]},
    marks: [
      Plot.areaY(rows, Plot.stackY({x: "time", y: "held", z: "fate", order: fates, fill: (d) => fateColours[d.fate], curve: "step-after"})),
      Plot.ruleY([0]),
      Plot.ruleX(middle, Plot.pointerX({x: "time", stroke: "var(--soft)"})),
      Plot.tip(middle, Plot.pointerX({x: "time", y: "held", title: "text"})),
    ],
  }));
}

function ganttChart(data, fateOf, width) {
  const {gantt, summary} = data;
  const time = timeUnit(summary.makespan_s);
  const end = summary.makespan_s / time.size;
  if (!gantt.bars) {
    return Plot.plot(frame(width, {
      height: Math.min(420, 120 + 3 * gantt.rows), ariaLabel: "Share of time that accelerators were busy",
      x: {label: `time (${time.name})`, domain: [0, end]},
      y: {label: "accelerator", domain: [gantt.accelerators, 0]},
      color: {scheme: "cividis", domain: [0, 100]},
      marks: [Plot.raster(gantt.busy_percent, {width: gantt.columns, height: gantt.rows, x1: 0, x2: end, y1: 0, y2: gantt.accelerators,
        imageRendering: "pixelated"})],
    }));
  }
  const bars = gantt.bars.trial.map((trial, i) => ({
    trial, x1: gantt.bars.start_s[i] / time.size, x2: gantt.bars.end_s[i] / time.size,
    y1: gantt.bars.first[i] - 0.5, y2: gantt.bars.last[i] + 0.5, fate: fateOf(trial),
  }));
  const row = Math.max(5, Math.min(22, 340 / gantt.accelerators));
  return Plot.plot(frame(width, {
    height: 66 + row * gantt.accelerators, ariaLabel: "Which trial ran on which accelerator",
    x: {label: `time (${time.name})`, domain: [0, end]},
    y: {label: "accelerator", domain: [gantt.accelerators - 0.5, -0.5], ticks: Math.min(gantt.accelerators, 10), tickFormat: (y) => (Number.isInteger(y) ? String(y) : "")},
    marks: [Plot.rect(bars, {
      x1: "x1", x2: "x2", y1: "y1", y2: "y2", fill: (d) => fateColours[d.fate], insetTop: row > 8 ? 1 : 0.25, insetBottom: row > 8 ? 1 : 0.25, insetRight: 0.5,
      title: (d) => `trial ${d.trial}: ${data.fate_words[d.fate]}\n${inWords(d.x1)} to ${inWords(d.x2)} ${time.name}`, tip: true,
    })],
  }));
}

// How many trials came to each rung: what went on from it, what ended there.
function rungChart(data, width) {
  const {rungs, summary} = data;
  const unit = summary.resource_unit;
  const rows = rungs.resource.map((resource, i) => ({resource, reached: rungs.reached[i], ended: rungs.ended[i], energy: rungs.energy_kwh[i]}));
  if (rows.length > 16) {
    return Plot.plot(frame(width, {
      height: 220, ariaLabel: "Trials that came so far",
      x: {label: `trained (${unit}s)`}, y: {label: "trials that came so far", grid: true, zero: true},
      marks: [Plot.areaY(rows, {x: "resource", y: "reached", fill: "var(--blue)", fillOpacity: 0.25, curve: "step-before"}),
        Plot.lineY(rows, {x: "resource", y: "reached", stroke: "var(--blue)", strokeWidth: 2, curve: "step-before"}),
        Plot.tip(rows, Plot.pointerX({x: "resource", y: "reached", title: (d) => `${plural(d.reached, "trial")} to ${inWords(d.resource)} ${unit}s`}))],
    }));
  }
  const last = rows[rows.length - 1].resource;
  const name = (row) => `${inWords(row.resource)} ${unit}${row.resource === 1 ? "" : "s"}`;
  const parts = rows.flatMap((row) => [
    {rung: name(row), count: row.reached - row.ended, what: row.resource === last ? "completed" : "went on", colour: "var(--blue)"},
    {rung: name(row), count: row.ended, what: "ended here", colour: "var(--orange)"},
  ]);
  return Plot.plot(frame(width, {
    height: 56 + 30 * rows.length, marginLeft: 84, marginRight: 150, ariaLabel: "Trials at each rung",
    x: {label: "trials", grid: true, nice: true}, y: {label: null, domain: rows.map(name)},
    marks: [
      Plot.barX(parts, Plot.stackX({x: "count", y: "rung", fill: "colour", order: ["var(--blue)", "var(--orange)"], insetTop: 2, insetBottom: 2,
        title: (d) => `${d.rung}\n${plural(d.count, "trial")} ${d.what}`, tip: true})),
      Plot.text(rows, {x: "reached", y: name, text: (row) => `${inWords(row.reached)} · ${energy(row.energy)}`, textAnchor: "start", dx: 6, fill: "currentColor"}),
      Plot.ruleX([0]),
    ],
  }));
}
