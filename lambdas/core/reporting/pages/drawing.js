// Draw the charts that the page has places for, again where light, paper or choice change.

const CHARTS = {
  accuracy: accuracyChart,
  spent: spentChart,
  time: timeChart,
  calibration: calibrationChart,
  coverage: coverageChart,
  waves: wavesChart,
};
// Bars, of which some belong to settings that do not vote.
const BARS = { waves: () => voting.length, time: () => page.settings.length };
// What a legend must leave to lines and bars, in pixels.
const LEAST_HEIGHT = 240;
// On paper, where a chart cannot follow its box: the browser lays that out when all is drawn.
const PAPER = { alone: { width: 900, height: 420 }, paired: { width: 460, height: 330 } };
const dark = matchMedia("(prefers-color-scheme: dark)");
const paper = matchMedia("print");
const state = { charts: [], opened: [], printing: false };

function draw() {
  const printed = state.printing || paper.matches;
  const theme = dark.matches && !printed ? DARK : LIGHT;
  for (const chart of state.charts) chart.destroy();
  setDefaults(theme);
  const canvases = [...document.querySelectorAll("canvas[data-chart]")];
  // All places first: a chart is as wide as those beside it let it be.
  for (const canvas of canvases) {
    canvas.closest("figure").hidden = false;
    canvas.parentElement.style.height = "";
  }
  state.charts = canvases.map((canvas) => drawIn(canvas, theme, printed));
  for (const chart of state.charts) keepHeight(chart);
  unfold(printed);
}

function setDefaults(theme) {
  Chart.defaults.animation = false;
  Chart.defaults.color = theme.ink;
  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  Chart.defaults.font.size = 13;
  Object.assign(Chart.defaults.plugins.tooltip, {
    backgroundColor: theme.ink,
    titleColor: theme.paper,
    bodyColor: theme.paper,
    padding: 10,
    boxPadding: 6,
    usePointStyle: true,
  });
}

function drawIn(canvas, theme, printed) {
  const drawing = CHARTS[canvas.dataset.chart](theme);
  drawing.options.responsive = !printed;
  if (printed) Object.assign(canvas, canvas.closest(".pair") ? PAPER.paired : PAPER.alone);
  return new Chart(canvas, drawing);
}

/** Make a chart as high as its bars and its legend need. */
function keepHeight(chart) {
  const bars = BARS[chart.canvas.dataset.chart]?.() ?? 0;
  const needed = bars ? Math.max(100, (bars > 8 ? 24 : 36) * bars) : LEAST_HEIGHT;
  // A chart of few bars is lower than its place, but not than the chart beside it.
  const shrinks = bars && chart.canvas.closest(".pair")?.children.length !== 2;
  if (shrinks) heighten(chart, needed - chart.chartArea.height);
  // The library gives a legend half of the height at most, so that it grows along.
  for (let round = 0; round < 10; round += 1) {
    const lacking = Math.max(needed - chart.chartArea.height, 2 * cutOff(chart.legend));
    if (lacking < 1) return;
    heighten(chart, lacking);
  }
}

function heighten(chart, pixels) {
  const height = Math.ceil(chart.height + pixels);
  if (chart.options.responsive) chart.canvas.parentElement.style.height = `${height}px`;
  chart.resize(chart.width, height);
}

/** Return how much of a legend, in pixels, has no room. */
function cutOff(legend) {
  const last = legend?.legendHitBoxes?.at(-1);
  return last ? Math.max(0, last.top + last.height - legend.bottom) : 0;
}

/** Open what is folded on the screen and shown on paper; close it again. */
function unfold(printed) {
  const folded = printed ? [...document.querySelectorAll("details.printed:not([open])")] : [];
  for (const each of printed ? [] : state.opened.splice(0)) each.open = false;
  for (const each of folded) each.open = true;
  state.opened.push(...folded);
}

function refit() {
  if (state.printing || paper.matches) return;
  for (const chart of state.charts) {
    chart.canvas.parentElement.style.height = "";
    chart.resize();
    keepHeight(chart);
  }
}

function startDrawing() {
  draw();
  dark.addEventListener("change", draw);
  paper.addEventListener("change", draw);
  const print = (printing) => () => {
    state.printing = printing;
    draw();
  };
  addEventListener("beforeprint", print(true));
  addEventListener("afterprint", print(false));
  addEventListener("resize", () => requestAnimationFrame(refit));
  const variants = document.getElementById("show-variants");
  if (variants === null) return;
  const lines = voting.flatMap((each) => each.variants ?? []).length;
  // More lines than these would hide the plain votes.
  variants.checked = lines <= 2;
  variants.closest("p").hidden = false;
  variants.addEventListener("change", draw);
  draw();
}

startDrawing();
