// Draws the page's charts, and again when colour scheme, paper or choices change.

/** @type {Record<string, (theme: Theme) => any>} */
const CHARTS = {
  final: finalChart,
  accuracy: accuracyChart,
  cost: costChart,
  time: timeChart,
  calibration: calibrationChart,
  coverage: coverageChart,
  waves: wavesChart,
  bought: boughtChart,
};
// How many bars a bar chart has; some charts have bars of sampled settings only.
/** @type {Record<string, () => number>} */
const BARS = { waves: () => sampled.length, time: () => report.settings.length };
// What a legend must leave to lines and bars, in pixels.
const LEAST_HEIGHT = 240;
// On paper a chart cannot follow its box: the browser lays that out after drawing.
const PAPER = { alone: { width: 900, height: 420 }, paired: { width: 460, height: 330 } };
const dark = matchMedia("(prefers-color-scheme: dark)");
const paper = matchMedia("print");
/** @type {{ charts: any[], opened: HTMLDetailsElement[], printing: boolean }} */
const state = { charts: [], opened: [], printing: false };

function startDrawing() {
  draw();
  dark.addEventListener("change", draw);
  paper.addEventListener("change", draw);
  const print = (/** @type {boolean} */ printing) => () => {
    state.printing = printing;
    draw();
  };
  addEventListener("beforeprint", print(true));
  addEventListener("afterprint", print(false));
  addEventListener("resize", () => requestAnimationFrame(refit));
  startVariantsSwitch();
}

function startVariantsSwitch() {
  const box = /** @type {HTMLInputElement | null} */ (document.getElementById("show-variants"));
  const line = box?.closest("p");
  if (!box || !line) return;
  // More lines than these would hide the plain votes.
  box.checked = sampled.flatMap(({ variants }) => variants).length <= 2;
  line.hidden = false;
  box.addEventListener("change", draw);
  draw();
}

function draw() {
  const printed = state.printing || paper.matches;
  const theme = dark.matches && !printed ? DARK : LIGHT;
  for (const chart of state.charts) chart.destroy();
  setDefaults(theme);
  /** @type {any[]} */
  const canvases = [...document.querySelectorAll("canvas[data-chart]")];
  // All boxes first: the width of a chart depends on those beside it.
  for (const canvas of canvases) {
    canvas.closest("figure").hidden = false;
    canvas.parentElement.style.height = "";
  }
  state.charts = canvases.map((canvas) => drawIn(canvas, theme, printed));
  for (const chart of state.charts) keepHeight(chart);
  unfold(printed);
}

/** @param {Theme} theme */
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

/**
 * @param {any} canvas
 * @param {Theme} theme
 * @param {boolean} printed
 */
function drawIn(canvas, theme, printed) {
  const drawing = CHARTS[canvas.dataset.chart](theme);
  drawing.options.responsive = !printed;
  if (printed) Object.assign(canvas, canvas.closest(".pair") ? PAPER.paired : PAPER.alone);
  return new Chart(canvas, { ...drawing, plugins: [watermark(theme)] });
}

/**
 * Return what writes the report's label into a chart.
 *
 * @param {Theme} theme
 */
function watermark(theme) {
  return {
    id: "watermark",
    afterDraw: (/** @type {any} */ { ctx, chartArea }) => {
      ctx.save();
      ctx.font = `600 13px ${Chart.defaults.font.family}`;
      ctx.fillStyle = theme.muted;
      ctx.textAlign = "center";
      const middle = (chartArea.left + chartArea.right) / 2;
      ctx.fillText(report.label, middle, (chartArea.top + chartArea.bottom) / 2, chartArea.width);
      ctx.restore();
    },
  };
}

/**
 * Make a chart as high as its bars and its legend need.
 *
 * @param {any} chart
 */
function keepHeight(chart) {
  const bars = BARS[chart.canvas.dataset.chart]?.() ?? 0;
  const needed = bars ? Math.max(100, (bars > 8 ? 24 : 36) * bars) : LEAST_HEIGHT;
  // A chart of few bars is lower than its box, but not than the chart beside it.
  const shrinks = bars && chart.canvas.closest(".pair")?.children.length !== 2;
  if (shrinks) addHeight(chart, needed - chart.chartArea.height);
  // The library gives a legend at most half of the height, so the legend grows as well.
  for (let round = 0; round < 10; round += 1) {
    const missing = Math.max(needed - chart.chartArea.height, 2 * cutOff(chart.legend));
    if (missing < 1) return;
    addHeight(chart, missing);
  }
}

/**
 * @param {any} chart
 * @param {number} pixels
 */
function addHeight(chart, pixels) {
  const height = Math.ceil(chart.height + pixels);
  if (chart.options.responsive) chart.canvas.parentElement.style.height = `${height}px`;
  chart.resize(chart.width, height);
}

/**
 * Return how much of a legend, in pixels, has no room.
 *
 * @param {any} legend
 */
function cutOff(legend) {
  const last = legend?.legendHitBoxes?.at(-1);
  return last ? Math.max(0, last.top + last.height - legend.bottom) : 0;
}

/**
 * Open what is folded on the screen and shown on paper; close it again.
 *
 * @param {boolean} printed
 */
function unfold(printed) {
  /** @type {NodeListOf<HTMLDetailsElement>} */
  const closed = document.querySelectorAll("details.printed:not([open])");
  const folded = printed ? [...closed] : [];
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

startDrawing();
