// The report of a comparison: who is better, by how much, how sure that is; then where the energy went, one run
// of each looked at closely, and what all of it rests on.
const axisWords = {energy: "energy of the facility", co2e: "operational CO2e", cost: "cost", time: "time", resource: "training in all"};
const mostSeeds = 1000;  // beyond these nobody goes on counting

// A number, or null for what does not exist or is infinite.
function finite(number) {
  return typeof number === "number" ? number : null;
}
function inUnit(value, unit) {
  if (value === "inf") return "never";
  if (value === null) return "–";
  if (unit === "kWh") return energy(value);
  if (unit === "s") return duration(value);
  if (unit === "kg CO2e") return mass(value);
  if (unit === data.resource_unit) return plural(value, unit);
  return unit === "" ? String(Number(value.toPrecision(5))) : `${inWords(value)} ${unit}`;
}
// " (18.4 to 23.9 kWh)": the unit once if both have the same.
function range(low, high, unit) {
  if (finite(low) === null) return "";
  const [from, to] = [inUnit(low, unit), inUnit(high, unit)];
  const [number, ...words] = from.split(" ");
  return ` (${words.length && to.endsWith(" " + words.join(" ")) ? number : from} to ${to})`;
}

// Rows of the question's columns, the best first.
function answersTo(question) {
  const {variants} = question;
  return variants.variant.map((_, i) => Object.fromEntries(Object.keys(variants).map((key) => [key, variants[key][i]])))
    .sort((a, b) => a.place - b.place);
}
// A replicate that did not get to the question: it never met the target, or had measured nothing by then.
function censoredInWords(answer, unit) {
  return `${answer.censored} of ${answer.replicates} ${unit === "" ? "had no result by then" : "never got there"}`;
}
function answerInWords(answer, unit) {
  if (answer.censored > 0)
    return `${finite(answer.median) === null ? "" : `median ${inUnit(answer.median, unit)}, `}${censoredInWords(answer, unit)}`;
  return inUnit(answer.mean, unit) + range(answer.mean_low, answer.mean_high, unit);
}
// The pair of these two as seen from the first.
function pairOf(question, one, other) {
  const {pairs} = question;
  const i = (pairs.a || []).findIndex((a, at) => (a === one && pairs.b[at] === other) || (a === other && pairs.b[at] === one));
  if (i < 0) return null;
  const pair = Object.fromEntries(Object.keys(pairs).map((key) => [key, pairs[key][i]]));
  if (pair.a === one) return pair;
  const turned = (ratio) => (finite(ratio) === null ? ratio : 1 / (1 + ratio) - 1);
  return {...pair, a: one, b: other, relative: turned(pair.relative), relative_low: turned(pair.relative_high), relative_high: turned(pair.relative_low)};
}
function leadInWords(question, pair) {
  const lower = question.better === "lower";
  if (finite(pair.relative) === null) return "before";
  const two = (share) => String(Number((100 * share).toPrecision(2)) + 0);
  const text = `${two(Math.abs(pair.relative))} % ${lower ? "less" : "more"}`;
  if (finite(pair.relative_low) === null) return text;
  const ends = [pair.relative_low, pair.relative_high].map((share) => (lower ? -share : share)).sort((a, b) => a - b);
  return `${text} (${two(ends[0])} to ${two(ends[1])} %)`;
}
function noDifference(pair) {
  return pair.pairs > 1 && pair.p === 1 && pair.rank_sum === 0;  // every pair is a tie, censored ones included
}
function certainty(pair) {
  if (pair.pairs < 2) return "one seed: no interval, no test; this may be luck";
  if (noDifference(pair)) return "no difference";
  const p = `p = ${Number(pair.p_holm.toPrecision(2))} after Holm, ${pair.pairs} seeds`;
  if (pair.p_holm < 0.05) return `settled: ${p}`;
  if (pair.pairs_to_settle === null) return `not settled: ${p}`;
  const more = pair.pairs_to_settle === "inf" ? Infinity : Math.max(1, pair.pairs_to_settle - pair.pairs);
  return `not settled: ${p}; ` + (more > mostSeeds ? "more than 1,000 more would be needed: call it a draw" : `about ${inWords(Math.round(more))} more would settle it`);
}
// Runs of neighbours in rank that Nemenyi's test does not tell apart, as [first, last]; none within another.
function alikeGroups(answers, critical) {
  const groups = [];
  for (let first = 0; first < answers.length; ++first) {
    let last = first;
    while (last + 1 < answers.length && answers[last + 1].mean_rank - answers[first].mean_rank <= critical) ++last;
    if (last > first && !groups.some(([, end]) => end >= last)) groups.push([first, last]);
  }
  return groups;
}
function questionOf(data, ...keys) {
  return keys.map((key) => data.questions.find((question) => question.key === key)).find(Boolean);
}
const isAnswered = (question) => answersTo(question).some((one) => one.replicates > one.censored);

function comparisonHeading(data) {
  const {seeds} = data;
  const description = data.inputs.find((input) => input.path === "description");
  document.getElementById("head").append(
    make("h1", {}, `${data.title}: ${plural(data.variants.length, "variant")} compared`),
    description ? make("p", {}, description.value) : "",
    make("p", {class: "facts"}, `${plural(seeds.length, "seed")} (${seeds[0]} to ${seeds[seeds.length - 1]}), the same draws for all variants`),
    seeds.length < 2 ? make("p", {class: "warning", role: "note"}, "One seed only: there are no intervals and no tests, and what wins here may have won by luck.") : "",
    data.failed.length ? make("p", {class: "warning", role: "note"},
      `${plural(data.failed.length, "replicate")} failed and ${data.failed.length === 1 ? "is" : "are"} missing: ${data.failed.slice(0, 5).map(({variant, seed}) => `${variant}, seed ${seed}`).join("; ")}${data.failed.length > 5 ? "; …" : ""}.`) : "");
}

function comparisonHeadline(data) {
  const winner = (label, ...keys) => {
    const question = questionOf(data, ...keys);
    if (!question || !isAnswered(question)) return null;
    const [best, next] = answersTo(question);
    const pair = next && pairOf(question, best.variant, next.variant);
    const alike = pair && noDifference(pair);
    const name = alike ? "a draw" : data.variants[best.variant].name;
    return make("div", {class: "tile"}, make("dt", {}, label), make("dd", {class: "value word"}, ...breakable(name, "_")),
      make("dd", {class: "note"}, answerInWords(best, question.unit), pair && !alike ? make("br") : null, pair && !alike ? certainty(pair).split(":")[0] : null));
  };
  const figures = ["best_metric", "metric_at_equal_energy", "total_energy", "total_co2e", "total_cost", "total_time"].map((key) => questionOf(data, key)).filter(Boolean);
  section("figures", "Which is best", "Results of simulations, not of meters. In brackets: the 95 % interval of the mean over seeds.",
    make("dl", {class: "tiles"},
      [winner(`Best ${data.objective} for the same energy`, "metric_at_equal_energy"), winner(`Best ${data.objective} in the end`, "best_metric"),
        data.target === null ? null : winner(`Least energy to ${inWords(data.target)}`, "energy_to_target"),
        winner("Least energy", "total_energy"), winner("Least CO2e", "total_co2e"), winner("Least cost", "total_cost"), winner("Shortest", "total_time")]),
    make("h3", {}, "Figures of a whole search"),
    stackedTable("Mean over seeds, 95 % interval of it in brackets", ["variant", "seeds", ...figures.map((question) => question.label)],
      data.shown.map((variant) => [data.variants[variant].name, String(answersTo(figures[0]).find((one) => one.variant === variant)?.replicates ?? 0),
        ...figures.map((question) => answerInWords(answersTo(question).find((one) => one.variant === variant), question.unit))])),
    data.shown.length < data.variants.length ? make("p", {}, `The best ${data.shown.length} of ${data.variants.length} variants; summaries.csv has all.`) : "");
}

// The best and all that do not differ from it: "random, asha and hyperband alike".
function whoIsAlike(question) {
  const [best, ...others] = answersTo(question).map((one) => one.variant);
  const alike = [best, ...others.filter((other) => { const pair = pairOf(question, best, other); return pair && noDifference(pair); })].map((variant) => data.variants[variant].name);
  return `${alike.slice(0, -1).join(", ")} and ${alike[alike.length - 1]} alike`;
}

const mainQuestions = ["best_metric", "metric_at_equal_energy", "metric_at_equal_cost", "metric_at_equal_time", "energy_to_target", "cost_to_target", "time_to_target", "total_energy", "total_co2e", "total_cost", "total_time"];

function whoWins(data) {
  const shown = data.questions.filter((question) => isAnswered(question));
  const silent = data.questions.filter((question) => !isAnswered(question));
  const row = (question) => {
    const [best, next] = answersTo(question);
    const pair = next && pairOf(question, best.variant, next.variant);
    const alike = pair && noDifference(pair);
    return [question.label, alike ? whoIsAlike(question) : data.variants[best.variant].name,
      answerInWords(best, question.unit), !pair || alike ? "" : `${leadInWords(question, pair)} ${finite(pair.relative) === null ? "" : "than "}${data.variants[next.variant].name}, ${answerInWords(next, question.unit)}`,
      pair ? certainty(pair) : "nothing to compare with"];
  };
  const headings = ["question", "best", "has", "that is", "how sure"];
  const winTable = (questions) => stackedTable(null, headings, questions.map(row));
  section("wins", "Who wins, by how much, how sure",
    "Differences are paired by seed: mean, bootstrap interval, Wilcoxon's signed-rank test, adjusted after Holm over all pairs of a question.",
    winTable(shown.filter(({key}) => mainQuestions.includes(key))),
    make("details", {}, make("summary", {}, "The other questions"), winTable(shown.filter(({key}) => !mainQuestions.includes(key)))),
    silent.length ? make("p", {}, `Nobody got there with any seed, so nothing is said about: ${silent.map((question) => question.label).join("; ")}.`) : "",
    data.target === null ? make("p", {}, "No target is named (--target, or stop.target in the scenario), so nothing is said about what it takes to reach one.") : "");
}

function standings(data) {
  const questions = data.questions.filter(isAnswered);
  if (!questions.length) return;
  let chosen = questionOf({questions}, "metric_at_equal_energy", "best_metric") ?? questions[0];
  const ranked = questionOf({questions}, "metric_at_equal_energy", "best_metric");
  const select = make("select", {id: "question"}, questions.map((question) => make("option", {value: question.key, ...(question === chosen ? {selected: ""} : {})}, question.label)));
  select.addEventListener("change", () => {
    chosen = questions.find((question) => question.key === select.value);
    drawCharts(true);
  });
  section("standings", "How they stand", null,
    make("p", {class: "choice"}, make("label", {for: "question"}, "Question "), select),
    chart((width) => standingChart(data, chosen, width), "The sign is the mean over seeds, the line its 95 % interval, a faint dot one replicate (where the question has one number per run)."),
    numbersBehind(() => table("Every question and variant, as in summaries.csv", ["question", "unit", "variant", "place", "replicates", "censored", "mean", "mean_low", "mean_high", "median", "iqm", "sd"],
      data.questions.flatMap((question) => answersTo(question).map((one) => [question.label, question.unit, data.variants[one.variant].name,
        ...["place", "replicates", "censored", "mean", "mean_low", "mean_high", "median", "iqm", "sd"].map((key) => one[key])])))),
    numbersBehind(() => table("Every pair, as in statistics.csv", ["question", "a", "b", "pairs", "difference", "difference_low", "difference_high", "relative", "a12", "p", "p_holm", "pairs_to_settle"],
      data.questions.flatMap(({label, pairs}) => (pairs.a || []).map((a, i) => [label, data.variants[a].name, data.variants[pairs.b[i]].name,
        ...["pairs", "difference", "difference_low", "difference_high", "relative", "a12", "p", "p_holm", "pairs_to_settle"].map((key) => pairs[key][i])]))), "The tests as a table"));
  if (ranked && finite(ranked.nemenyi_critical_difference) !== null && data.variants.length <= 24)
    section("ranks", "Who can be told apart", null,
      chart((width) => ranksChart(data, ranked, width),
        `Mean rank over seeds for: ${ranked.label}. Variants in one box are too close to tell apart (Nemenyi, 5 %). Friedman's test that all are alike: p = ${Number(ranked.friedman_p.toPrecision(2))}.`),
      numbersBehind(() => table("Mean ranks", ["variant", "mean rank"], answersTo(ranked).map((one) => [data.variants[one.variant].name, one.mean_rank]))));
}

function anytime(data) {
  const axes = Object.keys(data.anytime).filter((axis) => data.anytime[axis].curves.some((curve) => curve.mean.some((mean) => mean !== null)));
  if (!axes.length) return;
  let axis = axes.includes("energy") ? "energy" : axes[0];
  section("anytime", "Best so far", null,
    chooser("Against", "axis", axes.map((one) => [one, one === "co2e" ? "CO2e" : one]), axis, (value) => {
      axis = value;
      drawCharts(true);
    }),
    variantLegend(data, data.shown, true),
    chart((width) => anytimeChart(data, axis, width),
      `The best ${data.objective} so far, mean over seeds${data.seeds.length > 1 ? " with its 95 % interval" : ""}, from the moment at which every seed has a result. A search that has ended keeps its best. ` +
      `The axis of spending is logarithmic; the worst of what came first is out of view.${data.shown.length < data.variants.length ? ` The best ${data.shown.length} of ${data.variants.length} variants.` : ""}`),
    numbersBehind(() => table(`Against ${axisWords[axis]}, as in anytime.csv`, [`spent (${data.anytime[axis].unit})`, "variant", "mean", "mean_low", "mean_high"],
      data.anytime[axis].curves.flatMap((curve) => data.anytime[axis].spent.map((spent, i) => [spent, data.variants[curve.variant].name, curve.mean[i], curve.mean_low[i], curve.mean_high[i]])
        .filter((row, i, all) => row[2] !== null && (i === 0 || row[2] !== all[i - 1][2]))))));
}

function tradeOffs(data) {
  if (!data.pareto.variant || data.pareto.metric.every((metric) => metric === null)) return;
  section("pareto", "What it costs, what it finds", null,
    variantLegend(data, data.shown),
    chart((width) => paretoChart(data, width), "Large signs are means; filled: no other variant is better in both. Faint dots are replicates."),
    numbersBehind(() => table("As in pareto.csv", ["variant", "energy_kwh", "metric", "rank", "hypervolume"],
      data.pareto.variant.map((variant, i) => [data.variants[variant].name, data.pareto.energy_kwh[i], data.pareto.metric[i], data.pareto.rank[i], data.pareto.hypervolume[i]]))));
}

function energyOfVariants(data) {
  const fates = {best: "best_trial", completed: "other_completed", stopped: "stopped", failed: "failed", idle: "idle", overhead: "overhead"};
  const splits = {
    cause: Object.keys(causeWords).map((cause) => ({name: causeWords[cause], colour: causeColours[cause], values: data.energy[cause]})),
    fate: Object.keys(fates).map((fate) => ({name: data.fate_words[fate], colour: fateColours[fate], values: data.energy[fates[fate]]})),
  };
  for (const split of Object.keys(splits)) splits[split] = splits[split].filter((part) => part.values);
  if (!splits.cause.length) return;
  let by = "cause";
  const key = make("div", {});
  const showKey = () => key.replaceChildren(legend(splits[by]));
  showKey();
  section("energy", "Where the energy went", null,
    chooser("By", "split", [["cause", "what the machines were doing"], ["fate", "what became of the trial"]], by, (value) => {
      by = value;
      showKey();
      drawCharts(true);
    }),
    key,
    chart((width) => energyBars(data, splits[by], by === "cause" ? "machines" : "facility", width), "Mean over seeds. By what the machines were doing: the energy that they drew. By what became of the trial: that of the facility."),
    numbersBehind(() => table("kWh, mean of a search", ["variant", ...splits[by].map((part) => part.name)],
      data.shown.map((variant) => [data.variants[variant].name, ...splits[by].map((part) => part.values[variant])]))));
}

// A run of each variant, as in a report of its own.
function closely(data) {
  if (!data.runs.length) return;
  const holder = make("div", {id: "run"});
  const show = (i) => {
    const run = data.runs[i].data;
    holder.replaceChildren(powerOverTime(run), whatWasFound(run), rungs(run) ?? "", whoRanWhere(run));
    drawCharts();
  };
  const select = make("select", {id: "of-run"}, data.runs.map(({variant, seed}, i) => make("option", {value: i}, `${data.variants[variant].name}, seed ${seed}`)));
  select.addEventListener("change", () => show(Number(select.value)));
  section("runs", "One run, looked at closely",
    `The first seed of ${data.runs.length < data.variants.length ? `the best ${data.runs.length} variants` : "each variant"}; the sections that follow are of that run alone.`,
    make("p", {class: "choice"}, make("label", {for: "of-run"}, "Run "), select));
  main.append(holder);
  show(0);
}

function whatDiffers(data) {
  const names = data.shown.map((variant) => data.variants[variant].name);
  section("differs", "What differs", "Inputs that are not the same of all variants; all others are.",
    data.differing.length ? scrolling("Inputs that differ", table(null, ["input", ...names],
      data.differing.map((row) => [breakable(row.path), ...row.values.map((value) => value ?? "–")]), ["key"])) : make("p", {}, "Nothing: there is one variant."));
}

function comparisonSureness(data) {
  const counts = Object.keys(markColours).map((mark) => ({mark, count: data.inputs.filter((input) => input.mark === mark).length})).filter((one) => one.count > 0);
  section("sure", "How sure",
    "The intervals above are of luck alone: other seeds, the same models. The result is also only as good as what went in. " +
    `Of the numbers that all variants share, ${counts.map((one) => `${one.count} ${one.count === 1 ? "is" : "are"} ${markWords[one.mark]}`).join(", ") || "none has a source"}; a default that nobody gave counts as assumed. ` +
    "campaign-sim sensitivity says which of them the figures hang on.",
    ...inputTables(data.inputs));
}

function whatWasCompared(data) {
  const text = make("pre", {tabindex: "0"});
  const show = (i) => text.replaceChildren(...yaml(data.scenarios[i]));
  const select = make("select", {id: "of-scenario"}, data.shown.map((variant, i) => make("option", {value: i}, data.variants[variant].name)));
  select.addEventListener("change", () => show(Number(select.value)));
  show(0);
  section("scenario", "What was simulated", "This command makes the comparison again; the same program gives the same bytes.",
    make("pre", {class: "wrap"}, data.command),
    make("details", {id: "resolved"}, make("summary", {}, "The scenarios as they were read, defaults included"),
      make("p", {class: "choice"}, make("label", {for: "of-scenario"}, "Variant "), select), text));
}

function comparisonReport(data) {
  comparisonHeading(data);
  if (data.questions.length && data.replicates !== undefined && answersTo(data.questions[0]).some((one) => one.replicates > 0)) {
    comparisonHeadline(data);
    whoWins(data);
    anytime(data);
    standings(data);
    tradeOffs(data);
    energyOfVariants(data);
  } else {
    section("figures", "Nothing to compare", "Every replicate failed.");
  }
  whatDiffers(data);
  comparisonSureness(data);
  closely(data);
  whatWasCompared(data);
  return `Made by ${data.program}${data.engine ? ` (${data.engine})` : ""}.`;
}
