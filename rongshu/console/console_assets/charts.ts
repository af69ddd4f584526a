// Charts beside tables: `data-chart` names the table whose figures are drawn, `data-chart-columns` its columns.
// Without scripts there is the table alone. Nothing moves, nothing is drawn in three dimensions.
import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { init, use, type ECharts } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

use([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer]);

const MOST_BARS = 20;
const TOKENS = ["--tblr-primary", "--tblr-warning", "--tblr-info", "--tblr-danger"];
const drawn = new Map<HTMLElement, ECharts>();

interface Figures {
  names: string[];
  series: { name: string; values: number[] }[];
}

function figuresOf(place: HTMLElement): Figures {
  const table = document.getElementById(place.dataset.chart ?? "") as HTMLTableElement | null;
  const rows = [...(table?.tBodies[0]?.rows ?? [])];
  if (place.dataset.chartOrder === "reversed") rows.reverse();
  const heads = [...(table?.tHead?.rows[0]?.cells ?? [])];
  const columns = (place.dataset.chartColumns ?? "1").split(",").map(Number);
  const name = (row: HTMLTableRowElement): string => (row.querySelector("th") ?? row.cells[0])?.innerText.trim() ?? "";
  const value = (row: HTMLTableRowElement, at: number): number =>
    Number((row.cells[at]?.innerText ?? "0").replaceAll(",", "")) || 0;
  return {
    names: rows.map(name),
    series: columns.map((at) => ({
      name: heads[at]?.innerText.trim() ?? "",
      values: rows.map((row) => value(row, at)),
    })),
  };
}

// A colour as a canvas paints it: tokens may be written in any colour space.
function painted(place: HTMLElement, colour: string): string {
  const probe = place.appendChild(document.createElement("span"));
  probe.style.color = colour;
  const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true })!;
  context.fillStyle = getComputedStyle(probe).color;
  probe.remove();
  context.fillRect(0, 0, 1, 1);
  const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
  return `rgb(${red}, ${green}, ${blue})`;
}

function draw(place: HTMLElement): void {
  place.hidden = false;
  drawn.get(place)?.dispose();
  const { names, series } = figuresOf(place);
  const lines = place.dataset.chartKind === "line";
  const shown = lines ? names.length : Math.min(names.length, MOST_BARS);
  if (!lines) place.style.height = `${Math.max(shown, 3) * 1.9 + 5}rem`;
  const text = painted(place, "var(--quiet)");
  const grid = painted(place, "var(--tblr-border-color)");
  const ink = { color: text, fontFamily: getComputedStyle(place).fontFamily };
  const categories = {
    type: "category" as const,
    data: names.slice(0, shown),
    inverse: !lines,
    axisLabel: { ...ink, width: lines ? undefined : Math.min(place.clientWidth / 3, 260), overflow: "truncate" as const },
    axisLine: { lineStyle: { color: grid } },
    axisTick: { show: false },
  };
  const values = { type: "value" as const, minInterval: 1, axisLabel: ink, splitLine: { lineStyle: { color: grid } } };
  const chart = init(place);
  drawn.set(place, chart);
  chart.setOption({
    animation: false,
    color: TOKENS.map((token) => painted(place, `var(${token})`)),
    legend: { top: 4, textStyle: ink },
    // Drawn on the canvas: the page allows no styles written into markup.
    tooltip: { trigger: "axis", renderMode: "richText", confine: true },
    grid: { left: 16, right: 28, top: 40, bottom: 12, containLabel: true },
    xAxis: lines ? categories : values,
    yAxis: lines ? values : categories,
    series: series.map((one, at) =>
      lines
        ? { type: "line", name: one.name, data: one.values, symbol: at % 2 ? "rect" : "circle", lineStyle: { type: at % 2 ? "dashed" : "solid" } }
        : { type: "bar", name: one.name, data: one.values.slice(0, shown), barMaxWidth: 22 },
    ),
  });
}

function drawAll(): void {
  for (const [place, chart] of drawn) {
    if (place.isConnected) continue;
    chart.dispose();
    drawn.delete(place);
  }
  for (const place of document.querySelectorAll<HTMLElement>("[data-chart]")) if (!drawn.has(place)) draw(place);
}

function redraw(): void {
  for (const place of [...drawn.keys()]) draw(place);
}

drawAll();
document.addEventListener("htmx:afterSettle", drawAll);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
let waiting = 0;
window.addEventListener("resize", () => {
  clearTimeout(waiting);
  waiting = window.setTimeout(redraw, 150);
});
