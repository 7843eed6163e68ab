// Numbers as people read them: the same words as on the terminal (sim/cli/wording.cpp).
function inWords(number) {
  if (number === null || number === undefined || Number.isNaN(number)) return "–";
  const size = Math.abs(number);
  if (size >= 1000) return Math.round(number).toLocaleString("en-US");
  if (Number.isInteger(number)) return String(number);
  const text = String(Number(number.toPrecision(4)));
  return text.includes("e") ? text.replace("e", " × 10^").replace("+", "") : text;
}
function duration(seconds) {
  if (seconds >= 2 * 86400) return inWords(seconds / 86400) + " days";
  if (seconds >= 2 * 3600) return inWords(seconds / 3600) + " h";
  if (seconds >= 120) return inWords(seconds / 60) + " min";
  return inWords(seconds) + " s";
}
function energy(kwh) {
  if (kwh >= 1e6) return inWords(kwh / 1e6) + " GWh";
  if (kwh >= 1e3) return inWords(kwh / 1e3) + " MWh";
  if (kwh >= 1 || kwh === 0) return inWords(kwh) + " kWh";
  return inWords(kwh * 1e3) + " Wh";
}
function mass(kilograms) {
  if (kilograms >= 1e3) return inWords(kilograms / 1e3) + " t";
  if (kilograms >= 1 || kilograms === 0) return inWords(kilograms) + " kg";
  return inWords(kilograms * 1e3) + " g";
}
function percent(share) {
  return inWords(Number((100 * share).toPrecision(3))) + " %";
}
function plural(count, word) {
  return inWords(count) + " " + word + (count === 1 ? "" : "s");
}

// The unit in which an axis that ends there is easiest to read: its name, and how many base units it is.
function timeUnit(end) {
  for (const [name, size] of [["days", 86400], ["h", 3600], ["min", 60]])
    if (end >= 2 * size) return {name, size};
  return {name: "s", size: 1};
}
function energyUnit(kwh) {
  for (const [name, size] of [["GWh", 1e6], ["MWh", 1e3], ["kWh", 1]])
    if (kwh >= 2 * size) return {name, size};
  return {name: "Wh", size: 1e-3};
}
function powerUnit(watts) {
  for (const [name, size] of [["MW", 1e6], ["kW", 1e3]])
    if (watts >= 2 * size) return {name, size};
  return {name: "W", size: 1};
}

// An element with attributes and children; text is never read as HTML.
function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {}))
    if (value !== undefined && value !== null) element.setAttribute(name, value);
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

// A table from column headings and rows of cells. Numbers stand right; `classes` names columns.
function table(caption, headings, rows, classes = []) {
  const isNumber = headings.map((_, i) => rows.length > 0 && rows.every((row) => row[i] === null || typeof row[i] === "number"));
  const cell = (tag, content, i, extra) => make(tag, {...extra, class: isNumber[i] ? "number" : classes[i]},
    ...[typeof content === "number" ? inTable(content) : content === null ? "–" : content === "inf" ? "never" : content].flat());
  return make("table", {},
    caption ? make("caption", {}, caption) : null,
    make("thead", {}, make("tr", {}, headings.map((heading, i) => cell("th", heading, i, {scope: "col"})))),
    make("tbody", {}, rows.map((row) => make("tr", {}, row.map((content, i) => cell("td", content, i))))));
}
// In full precision where it is short, else with seven digits, as the data have.
function inTable(number) {
  if (Number.isInteger(number)) return number.toLocaleString("en-US");
  return Number(number.toPrecision(7)).toLocaleString("en-US", {maximumSignificantDigits: 7});
}

// A table whose rows, where there is no room for columns, are read one below the other.
function stackedTable(caption, headings, rows) {
  return scrolling(caption ?? headings[0], make("table", {class: "stack"},
    caption ? make("caption", {}, caption) : null,
    make("thead", {}, make("tr", {}, headings.map((heading) => make("th", {scope: "col"}, heading)))),
    make("tbody", {}, rows.map((row) => make("tr", {}, row.map((text, i) =>
      i === 0 ? make("th", {scope: "row"}, text) : make("td", {"data-label": headings[i]}, text)))))));
}

// A long path of keys, to be broken at its dots.
function breakable(path, at = ".") {
  return path.split(at).flatMap((key, i) => (i === 0 ? [key] : [make("wbr"), at + key]));
}

// What a chart shows, as a table that is made when it is asked for: each time, since some charts can be changed.
function numbersBehind(makeTable, words = "The numbers as a table") {
  const head = make("summary", {}, words);
  const details = make("details", {class: "numbers"}, head);
  details.addEventListener("toggle", () => {
    const shown = details.open ? [make("div", {class: "scroll tall", tabindex: "0", role: "region", "aria-label": "Table"}, makeTable())] : [];
    details.replaceChildren(head, ...shown);
  });
  return details;
}
