// Writes the annual averages of @tgwf/co2 as a table of grids: a row for each zone and year, the latest year
// first, so that a zone that is asked for without a year is that.
import { readFileSync } from "node:fs";
import * as maps from "@tgwf/co2/data/electricity-maps";

const version = JSON.parse(readFileSync(new URL("node_modules/@tgwf/co2/package.json", import.meta.url))).version;
const quoted = (text) => (/[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

const years = Object.keys(maps)
  .filter((name) => /^yearly\d{4}$/.test(name))
  .sort()
  .reverse();
if (years.length === 0) throw new Error("@tgwf/co2 has no yearly data of Electricity Maps");

console.log("region,code,name,g_per_kwh,year,scope,source");
for (const year of years) {
  for (const [zone, { zone: names, carbonIntensity }] of Object.entries(maps[year].data)) {
    if (carbonIntensity.unit !== "gCO2eq/kWh") throw new Error(`${zone}: ${carbonIntensity.unit}`);
    const name = names.countryName ? `${names.zoneName} (${names.countryName})` : names.zoneName;
    const source = `Electricity Maps: annual average of consumption (ODbL), via co2.js ${version}`;
    console.log([zone.toLowerCase(), zone, name, carbonIntensity.value, year.slice(6), "life-cycle", source].map(String).map(quoted).join(","));
  }
}
