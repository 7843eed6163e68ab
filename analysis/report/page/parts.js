// What the reports are put together from: sections, charts that follow the page, tables of inputs.
const main = document.getElementById("main");

function section(id, title, intro, ...content) {
  main.append(sectionOf(id, title, intro, ...content));
}
function sectionOf(id, title, intro, ...content) {
  return make("section", {id, "aria-labelledby": id + "-title"},
    make("h2", {id: id + "-title"}, title), intro ? make("p", {}, intro) : null, ...content);
}

// A chart that follows the width of the page, with a caption that says in words what is to be seen.
const charts = [];
function chart(draw, caption) {
  const holder = make("div", {class: "chart"});
  charts.push({holder, draw, width: 0});
  return make("figure", {role: "group", "aria-label": caption}, holder, make("figcaption", {}, caption));
}
function drawCharts(anew) {
  for (let i = charts.length; i-- > 0;)
    if (charts[i].drawn && !charts[i].holder.isConnected) charts.splice(i, 1);  // of a part that was replaced
  for (const one of charts) {
    const width = Math.floor(one.holder.clientWidth);
    if (width === 0 || (!anew && width === one.width)) continue;
    one.width = width;
    one.drawn = true;
    const drawn = one.draw(width);
    for (const svg of drawn.matches("svg") ? [drawn] : drawn.querySelectorAll("svg")) svg.setAttribute("role", "img");
    one.holder.replaceChildren(drawn);
  }
}

function legend(entries) {
  return make("ul", {class: "legend"}, entries.map(({name, colour, value, rule}) =>
    make("li", {}, make("span", {class: rule ? "key rule" : "key", style: rule ? `border-color:${colour}` : `background:${colour}`, "aria-hidden": "true"}),
      name, value === undefined ? null : make("b", {}, value))));
}

function tile(label, value, note, band) {
  const [number, ...unit] = value.split(" ");
  return make("div", {class: "tile"}, make("dt", {}, label),
    make("dd", {class: "value"}, number, unit.length ? make("small", {}, " " + unit.join(" ")) : null),
    band ? make("dd", {class: "band"}, band) : null,
    note ? make("dd", {class: "note"}, note) : null);
}

// One of several, by the arrow keys too: `choices` are [value, words].
function chooser(legendText, name, choices, chosen, onChange) {
  return make("fieldset", {}, make("legend", {}, legendText), choices.map(([value, words]) => {
    const button = make("input", {type: "radio", name, value});
    button.checked = value === chosen;
    button.addEventListener("change", () => onChange(value));
    return make("label", {}, button, " " + words);
  }));
}
function scrolling(label, ...content) {
  return make("div", {class: "scroll", tabindex: "0", role: "region", "aria-label": label}, ...content);
}

const markColours = {measured: "var(--green)", datasheet: "var(--blue)", published: "var(--sky)", calibrated: "var(--pink)", assumed: "var(--orange)"};
const markWords = {measured: "measured", datasheet: "from a datasheet", published: "published", calibrated: "calibrated", assumed: "assumed"};
function badge(mark) {
  return make("span", {class: "mark", style: `border-color:${markColours[mark]}`}, markWords[mark]);
}
// Inputs with their sources, the least sure first; those without one behind a summary.
function inputTables(inputs) {
  const order = ["assumed", "calibrated", "published", "datasheet", "measured"];
  const marked = inputs.filter((input) => input.mark).sort((a, b) => order.indexOf(a.mark) - order.indexOf(b.mark));
  const others = inputs.filter((input) => !input.mark);
  return [
    scrolling("Inputs and their sources",
      table("Inputs that have a source, the least sure first", ["input", "value", "how sure", "where it comes from"],
        marked.map((input) => [breakable(input.path), input.value, badge(input.mark), input.source || ""]), ["key", null, null, "source"])),
    make("details", {}, make("summary", {}, `${others.length} inputs without a source`),
      scrolling("Inputs without a source",
        table(null, ["input", "value", ""], others.map((input) => [breakable(input.path), input.value, input.default ? "default" : "from the scenario"]), ["key", null, "source"])))];
}

// Keys and comments of YAML set apart, line by line.
function yaml(text) {
  return text.split("\n").flatMap((line) => {
    const parts = /^(\s*(?:- )?)([^\s:#"'][^:#"']*:)(.*?)(\s+# .*)?$/.exec(line);
    if (!parts) return [line + "\n"];
    const [, indent, key, value, comment] = parts;
    return [indent, make("span", {class: "yaml-key"}, key), value, comment ? make("span", {class: "yaml-comment"}, comment) : "", "\n"];
  });
}

function contents() {
  const links = [...main.querySelectorAll("section")].map((one) =>
    make("li", {}, make("a", {href: "#" + one.id}, one.querySelector("h2").textContent)));
  document.getElementById("contents").append(make("ul", {}, links));
}
