// The report of one run: sections in the order in which people ask. Those that a comparison shows too, of one of
// its runs, take the data of the run and return the section.
function heading(data) {
  const {summary} = data;
  const description = data.inputs.find((input) => input.path === "description");
  document.getElementById("head").append(
    make("h1", {}, summary.scenario),
    description ? make("p", {}, description.value) : null || "",
    make("p", {class: "facts"}, `${summary.strategy} on ${summary.workload} · ${plural(summary.accelerators, "accelerator")} (${summary.platform}) · seed ${summary.seed}`),
    summary.partial ? make("p", {class: "warning", role: "note"}, "This run was interrupted: what follows covers only what was simulated until then.") : "");
}

// What has no price is said to have none, not to be free.
function costTile({summary, cost}, band) {
  const money = (amount) => `${inWords(amount >= 100 ? Math.round(amount) : Number(amount.toFixed(2)))} ${summary.currency}`;
  const part = (amount, what) => (amount > 0 ? `${money(amount)} ${what}` : `${what} without a price`);
  const parts = [part(summary.cost_accelerators, "accelerators"), part(summary.cost_electricity, "electricity")];
  if (summary.cost_storage > 0) parts.push(part(summary.cost_storage, "storage"));
  return tile("Cost", cost > 0 ? money(cost) : "–", parts.join(", "), band);
}

function headline(data) {
  const {summary} = data;
  const busy = summary.accelerator_h_available > 0 ? summary.accelerator_h_busy / summary.accelerator_h_available : 0;
  const band = (figure) => bandInWords(data, figure);
  const tiles = [
    tile("Energy", energy(summary.energy_facility_kwh), `${energy(summary.energy_it_kwh)} of machines, the rest cooling and distribution`, band("energy_facility_kwh")),
    tile("CO2e, operational", mass(summary.co2e_operational_kg), "of the facility's energy on this grid", band("co2e_operational_kg")),
    costTile(data, band("cost")),
    tile("Duration", duration(summary.makespan_s), `accelerators busy ${percent(busy)} of the time`, band("makespan_s")),
    tile("Trials", inWords(summary.trials_started), `${inWords(summary.trials_completed)} completed, ${inWords(summary.trials_stopped)} stopped early, ${inWords(summary.trials_failed)} failed`),
    summary.best_metric === null ? tile("Best " + summary.objective, "–", "no trial reported one")
      : tile("Best " + summary.objective, String(Number(summary.best_metric.toPrecision(5))), `trial ${summary.best_trial}`, band("best_metric")),
    summary.trainings_equivalent === null ? null
      : tile("One search costs", `${inWords(Number(summary.trainings_equivalent.toPrecision(3)))} trainings`, `of the final model, ${plural(summary.final_training_resource, summary.resource_unit)} each`),
    summary.node_failures > 0 ? tile("Effective time", percent(summary.effective_time), `${plural(summary.interruptions, "interruption")} of trials by ${plural(summary.node_failures, "node failure")}; ${inWords(Math.round(summary.accelerator_h_lost))} accelerator-hours lost`) : null,
    tile("Inputs assumed", `${summary.inputs_assumed} of ${d3.sum(markCounts(summary), (one) => one.count) + summary.inputs_unmarked}`, "numbers of machines, workload and bill"),
  ];
  section("figures", "What it costs", "Results of a simulation, not of a meter. How sure they are stands under “How sure”." +
    (data.uncertainty ? " Below a figure: 5 % to 95 % of what it may be, given the ranges of the inputs." : ""),
    make("dl", {class: "tiles"}, tiles),
    numbersBehind(() => table("Every headline figure, as in summary.json", ["figure", "value"],
      Object.entries(summary).filter(([key]) => key !== "uncertainty").map(([key, value]) => [key, value === null ? "–" : String(value)]), ["key"])));
}

function whereItWent(data) {
  const {summary} = data;
  const fates = [["best", "energy_best_trial_kwh"], ["completed", "energy_other_completed_kwh"], ["stopped", "energy_stopped_kwh"],
    ["failed", "energy_failed_kwh"], ["idle", "energy_idle_kwh"], ["overhead", "energy_overhead_kwh"]]
    .map(([fate, key]) => ({name: data.fate_words[fate], colour: fateColours[fate], value: summary[key]})).filter((part) => part.value > 0);
  const causes = Object.keys(causeWords).map((cause) => ({name: causeWords[cause], colour: causeColours[cause], value: summary[`energy_${cause}_kwh`]}))
    .filter((part) => part.value > 0);
  const parts = (title, list, caption) => {
    const whole = d3.sum(list, (part) => part.value);
    return [make("h3", {}, title), chart((width) => partsBar(list, width, title), caption),
      legend(list.map((part) => ({...part, value: `${energy(part.value)}, ${percent(part.value / whole)}`}))),
      numbersBehind(() => table(title, ["part", "kWh"], list.map((part) => [part.name, part.value])))];
  };
  const kept = summary.energy_best_trial_kwh / summary.energy_facility_kwh;
  const ofIt = summary.best_metric === null ? "no trial reported a metric to choose by" : `${percent(kept || 0)} trained the model that was kept`;
  section("energy", "Where the energy went", null,
    ...parts("By what became of the trial", fates, `Of ${energy(summary.energy_facility_kwh)} in all, ${ofIt}.`),
    ...parts("By what the machines were doing", causes, `Of the ${energy(summary.energy_it_kwh)} that the machines drew.`));
}

function powerOverTime(data) {
  const {power, summary} = data;
  const causes = Object.keys(power.causes);
  const mean = summary.energy_facility_kwh * 3.6e6 / summary.makespan_s;
  const peak = d3.max(power.facility_w);
  const unit = powerUnit(peak);
  return sectionOf("power", "Power over time", null,
    legend([...causes.map((cause) => ({name: causeWords[cause] || cause, colour: causeColours[cause] || "var(--dark)"})),
      {name: "with cooling and distribution", colour: "var(--ink)", rule: true}]),
    chart((width) => powerChart(power, width),
      `The facility draws ${inWords(mean / unit.size)} ${unit.name} on average and at most ${inWords(peak / unit.size)} ${unit.name} (means of intervals of ${duration((power.start_s[1] || power.end_s) - power.start_s[0])}).`),
    numbersBehind(() => table("Mean watts from each moment to the next", ["start_s", "it_w", "facility_w", ...causes.map((cause) => cause + "_w")],
      power.start_s.map((start, i) => [start, power.it_w[i], power.facility_w[i], ...causes.map((cause) => power.causes[cause][i])]))));
}

function whatWasFound(data) {
  const {incumbent, trials, best, summary} = data;
  if (incumbent.count === 0)
    return sectionOf("found", "What was found", "No trial reported a metric, so there is no best one.");
  let against = "energy";
  const found = incumbent.energy_kwh[incumbent.count > incumbent.energy_kwh.length ? incumbent.energy_kwh.length - 1 : incumbent.count - 1];
  const hidden = trials.out_of_view > 0 ? ` ${plural(trials.out_of_view, "worse trial")} out of view.` : "";
  return sectionOf("found", "What was found", null,
    chooser("Against", "against", [["energy", "energy"], ["time", "time"]], against, (value) => {
      against = value;
      drawCharts(true);
    }),
    legend([{name: "best so far", colour: "var(--green)"}, {name: trials.metric ? "a trial, where it ended" : "trials: the darker, the more", colour: "var(--dark)"}]),
    chart((width) => bestChart(data, against, width),
      `The best ${summary.objective}, ${inWords(summary.best_metric)}, was found after ${energy(found)}, ${percent(found / summary.energy_it_kwh)} of the machines' energy.${hidden}`),
    numbersBehind(() => table("Every improvement" + (incumbent.count > incumbent.metric.length ? `, one in ${Math.ceil(incumbent.count / incumbent.metric.length)}` : ""),
      ["time_s", "energy_kwh", "trial", "metric"],
      incumbent.metric.map((metric, i) => [incumbent.time_s[i], incumbent.energy_kwh[i], incumbent.trial[i], metric]))),
    make("h3", {}, `The ${best.rows.length} best trials`),
    scrolling("The best trials",
      table(null, ["trial", summary.objective, "status", summary.resource_unit + "s", "kWh", ...best.settings],
        best.rows.map((row) => row.map((cell, i) => (i >= 5 && cell !== "" && Number.isFinite(Number(cell)) ? Number(Number(cell).toPrecision(4)) : cell))))));
}

function rungs(data) {
  if (!data.rungs) return null;
  const {summary} = data;
  const {resource, reached, ended, energy_kwh} = data.rungs;
  const few = resource.length <= 16;
  return sectionOf("rungs", "How far trials came", null,
    few ? legend([{name: "went on, or completed", colour: "var(--blue)"}, {name: "ended here", colour: "var(--orange)"}]) : "",
    chart((width) => rungChart(data, width),
      `Of ${plural(reached[0], "trial")} that were looked at after ${inWords(resource[0])} ${summary.resource_unit}${resource[0] === 1 ? "" : "s"}, ${inWords(reached[reached.length - 1])} came to ${inWords(resource[resource.length - 1])}.` +
      (few ? " Beside each bar: how many came there, and the energy of the training from the rung before." : "")),
    numbersBehind(() => table("Trials by how far they came", [summary.resource_unit + "s", "trials that came there", "ended there", "training kWh on the way there"],
      resource.map((level, i) => [level, reached[i], ended[i], energy_kwh[i]]))));
}

function whoRanWhere(data) {
  const {gantt, use, summary} = data;
  const fateOfTrial = (trial) => gantt.fates[trial];
  const fates = Object.keys(use.accelerators);
  const bars = gantt.bars;
  const busy = summary.accelerator_h_busy / (summary.accelerator_h_available || 1);
  return sectionOf("machines", "Who ran where", null,
    make("h3", {}, "Accelerators in use"),
    legend(fates.map((fate) => ({name: data.fate_words[fate], colour: fateColours[fate]}))),
    chart((width) => useChart(data, width),
      `Accelerators were held ${percent(busy)} of the time; the colours say what became of the trial in the end.`),
    numbersBehind(() => table("Accelerators held, mean of each interval", ["start_s", ...fates.map((fate) => data.fate_words[fate])],
      d3.range(use.columns).map((column) => [column * use.end_s / use.columns, ...fates.map((fate) => use.accelerators[fate][column])]))),
    make("h3", {}, bars ? "Trial by trial" : "Busy, accelerator by accelerator"),
    chart((width) => ganttChart(data, fateOfTrial, width),
      bars ? "A bar is a trial without a pause on the same accelerators." : `Dark is idle, light is busy; ${inWords(gantt.accelerators)} accelerators in ${gantt.rows} rows: too many trials to draw one by one.`),
    bars ? numbersBehind(() => table("Which trial ran where", ["trial", "what became of it", "start_s", "end_s", "first accelerator", "last accelerator"],
      bars.trial.map((trial, i) => [trial, data.fate_words[fateOfTrial(trial)], bars.start_s[i], bars.end_s[i], bars.first[i], bars.last[i]]))) : "");
}

function markCounts(summary) {
  return Object.keys(markColours).map((mark) => ({mark, count: summary[`inputs_${mark}`]}));
}

function howSure(data) {
  const {summary} = data;
  const counts = markCounts(summary).filter((one) => one.count > 0);
  section("sure", "How sure",
    `The result is as good as what went in. Of the numbers of machines, workload and bill, ${counts.map((one) => `${one.count} are ${markWords[one.mark]}`).join(", ")} and ${summary.inputs_unmarked} have no mark; ` +
    "a default that nobody gave counts as assumed. " + (summary.metric_basis ? `The metric: ${summary.metric_basis}. ` : "") +
    `The ledger closes: its joules differ from the simulator's own meter by ${summary.ledger_energy_error === 0 ? "nothing" : "a share of " + summary.ledger_energy_error.toExponential(1)}.`,
    ...inputTables(data.inputs));
}

function whatItIsLike(data) {
  if (!data.equivalences.length) return;
  section("like", "What that is like", null, make("ul", {class: "plain"}, data.equivalences.map(({count, unit, source}) =>
    make("li", {}, make("b", {}, inWords(Number(count.toPrecision(3)))), " " + unit, make("small", {}, source)))));
}

function whatWasSimulated(data) {
  section("scenario", "What was simulated", "This command simulates it again; the same program gives the same bytes.",
    make("pre", {class: "wrap"}, data.command),
    make("details", {id: "resolved"}, make("summary", {}, "The scenario as it was read, defaults included"),
      make("pre", {tabindex: "0"}, yaml(data.scenario))));
}

function runReport(data) {
  heading(data);
  headline(data);
  whereItWent(data);
  if (data.power) {
    main.append(powerOverTime(data), whatWasFound(data), rungs(data) ?? "", whoRanWhere(data));
  } else {
    section("series", "No pictures", "This run was asked for its summary only (--only-summary), so there are no series to draw.");
  }
  main.append(overTheRanges(data) ?? "");
  howSure(data);
  whatItIsLike(data);
  whatWasSimulated(data);
  return `Made by ${data.program} (${data.engine}) from ${data.scenario_file}.`;
}
