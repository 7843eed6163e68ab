// Which report it is, and what both have.
const data = JSON.parse(document.getElementById("data").textContent);
const made = data.kind === "comparison" ? comparisonReport(data) : runReport(data);
contents();
document.getElementById("foot").append(`${made} Drawn with Observable Plot and D3.`);
drawCharts();
new ResizeObserver(() => drawCharts()).observe(main);
