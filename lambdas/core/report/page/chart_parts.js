// What charts and list of questions share: the report's figures, elements, texts, colours, axes.

/** @typedef {typeof LIGHT} Theme */
/** @typedef {{ x: number, y: number, text?: string }} Point */
/**
 * @typedef {SettingReport | FinalReport & { setting: string, variants: VariantReport[] }} Vote
 */

/** @type {ChartFigures} */
const report = JSON.parse(document.getElementById("report")?.textContent ?? "");
const GREEDY = "greedy";
const greedy = report.settings.find((each) => each.setting === GREEDY);
const FINAL = "final";
/** @type {Vote[]} */
const sampled = report.settings.filter((each) => each.setting !== GREEDY);
/** @type {Vote[]} the vote of several settings, if there is one, else each setting's */
const answers = report.final ? [{ ...report.final, setting: FINAL, variants: [] }] : sampled;

/**
 * Return a new element. Children are elements or plain text, never markup.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string>} attributes
 * @param {...(Node | string | null)} children
 */
function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** @param {number} share */
function percent(share) {
  return `${(100 * share).toFixed(2)}%`;
}

/**
 * @param {number} number
 * @param {string} noun
 */
function countOf(number, noun) {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}

/**
 * Return an amount in dollars: cents, or two digits of less than a dollar.
 *
 * @param {number} amount
 */
function usd(amount) {
  if (amount === 0) return "$0";
  return `$${amount >= 1 ? amount.toFixed(2) : Number(amount.toPrecision(2))}`;
}

/**
 * Return the unit that suits times up to this many seconds.
 *
 * @param {number} seconds
 */
function timeUnit(seconds) {
  if (seconds >= 2 * 3600) return { name: "hours", seconds: 3600 };
  return seconds >= 120 ? { name: "minutes", seconds: 60 } : { name: "seconds", seconds: 1 };
}

// Okabe and Ito's colours, which people with any colour vision can distinguish.
const LIGHT = {
  ink: "#1c2127",
  muted: "#59626e",
  grid: "#e4e7eb",
  paper: "#ffffff",
  lines: ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"],
  // Of the first wave and of the last; those between are mixed.
  waves: [[0, 62, 105], [148, 204, 236]],
  final: "#1c2127",
  exhausted: "#E69F00",
  open: "#c9ced6",
};
/** @type {Theme} */
const DARK = {
  ink: "#e8eaed",
  muted: "#a3abb6",
  grid: "#30363d",
  paper: "#15181c",
  lines: ["#56B4E9", "#E69F00", "#009E73", "#CC79A7", "#F0E442", "#D55E00"],
  waves: [[170, 218, 245], [24, 96, 146]],
  final: "#e8eaed",
  exhausted: "#E69F00",
  open: "#4a525c",
};
const DASHES = [[], [10, 5], [14, 4, 3, 4], [5, 3], [20, 4], [8, 3, 3, 3, 3, 3]];
// Lines with the same dashes have different colours: up to 36 lines all look different.
const MARKS = ["circle", "triangle", "rect", "rectRot", "star", "crossRot"];

/**
 * Return the style of a setting, the same in all charts; greedy is a grey dashed line, the final
 * vote a thick one of a colour that no setting has.
 *
 * @param {Theme} theme
 * @param {string} name
 */
function lineStyle(theme, name) {
  if (name === GREEDY) {
    return { borderColor: theme.muted, borderDash: [6, 5], borderWidth: 2, pointRadius: 0 };
  }
  if (name === FINAL) {
    const colour = theme.final;
    return { borderColor: colour, backgroundColor: colour, borderWidth: 3, clip: 8, pointRadius: 4 };
  }
  const number = sampled.findIndex((each) => each.setting === name);
  const colour = theme.lines[number % theme.lines.length];
  return {
    borderColor: colour,
    backgroundColor: colour,
    borderDash: DASHES[(number + Math.floor(number / theme.lines.length)) % DASHES.length],
    borderWidth: 2.25,
    // Draws marks at the edge whole.
    clip: 8,
    pointStyle: MARKS[number % MARKS.length],
    pointRadius: 4,
  };
}

/** @param {string} colour */
function faint(colour) {
  return `${colour}2b`;
}

/**
 * Return the colour of one wave of several, from the first to the last in even steps.
 *
 * @param {Theme} theme
 * @param {number} number from 0
 * @param {number} waves
 */
function waveColour(theme, number, waves) {
  const [first, last] = theme.waves;
  const part = waves > 1 ? number / (waves - 1) : 0;
  const mixed = first.map((from, channel) => Math.round(from + part * (last[channel] - from)));
  return `rgb(${mixed.join(", ")})`;
}

/**
 * Return the options that all line charts share.
 *
 * @param {Theme} theme
 * @param {object} x options of the axis
 * @param {object} y options of the axis
 * @param {(x: number) => string} title of the tooltip
 */
function lineOptions(theme, x, y, title) {
  return {
    maintainAspectRatio: false,
    interaction: { mode: "nearest", axis: "x", intersect: false },
    scales: { x: axis(theme, { type: "linear", ...x }), y: axis(theme, y) },
    plugins: {
      legend: legend(),
      tooltip: {
        filter: (/** @type {any} */ hovered) => Boolean(hovered.dataset.label),
        callbacks: {
          title: (/** @type {any[]} */ [first]) => (first ? title(first.parsed.x) : ""),
          label: (/** @type {any} */ hovered) => `${hovered.dataset.label}: ${hovered.raw.text}`,
        },
      },
    },
  };
}

/**
 * Return the options of charts with a bar for each setting.
 *
 * @param {Theme} theme
 * @param {object} x options of the axis along the bars
 * @param {(hovered: any) => string} label of the tooltip
 * @param {object} legend
 */
function barOptions(theme, x, label, legend) {
  return {
    indexAxis: "y",
    maintainAspectRatio: false,
    scales: {
      x: axis(theme, { ...x, stacked: true }),
      y: {
        stacked: true,
        grid: { display: false },
        border: { display: false },
        ticks: { autoSkip: false },
      },
    },
    datasets: { bar: { maxBarThickness: 34 } },
    plugins: { legend, tooltip: { callbacks: { label } } },
  };
}

/**
 * @param {Theme} theme
 * @param {any} options
 */
function axis(theme, { name, ...options }) {
  return {
    grid: { color: theme.grid, tickLength: 0 },
    border: { display: false },
    title: { display: true, text: name, color: theme.muted },
    ...options,
    ticks: { padding: 8, maxRotation: 0, ...options.ticks },
  };
}

/** Return a legend of lines as they are drawn, without bands, whiskers and marks. */
function legend() {
  return {
    position: "bottom",
    align: "start",
    labels: {
      usePointStyle: true,
      pointStyleWidth: 36,
      padding: 16,
      filter: (/** @type {any} */ entry, /** @type {any} */ { datasets }) =>
        Boolean(entry.text) && datasets[entry.datasetIndex].showLine !== false,
      generateLabels: (/** @type {any} */ chart) =>
        Chart.defaults.plugins.legend.labels
          .generateLabels(chart)
          .map((/** @type {any} */ entry) => asLine(entry, chart.data.datasets[entry.datasetIndex])),
    },
    // A click would hide a line but not its band.
    onClick: () => {},
  };
}

/**
 * @param {object} entry of the legend
 * @param {any} dataset
 */
function asLine(entry, { borderColor, borderDash }) {
  return {
    ...entry,
    pointStyle: "line",
    lineWidth: 2.5,
    strokeStyle: borderColor,
    lineDash: borderDash,
  };
}

function percentTicks() {
  return { callback: (/** @type {number} */ value) => `${Number(value.toFixed(1))}%` };
}

/** @param {number} paths */
function pathsTitle(paths) {
  return countOf(Number(paths.toFixed(2)), "path");
}

/**
 * Return the point of a share, in percent, at a number of paths.
 *
 * @param {number} paths
 * @param {number} share
 * @param {string} [text] of the tooltip
 * @returns {Point}
 */
function at(paths, share, text) {
  return { x: paths, y: 100 * share, text };
}

/**
 * @param {number} number from 0
 * @param {number} length
 */
function isFifthOrEnd(number, length) {
  return number === 0 || number === length - 1 || (number + 1) % 5 === 0;
}

/**
 * Return the lowest and highest percentage shown, at least five points apart: noise must not look
 * like a trend.
 *
 * @param {{ data: Point[] }[]} datasets
 */
function bounds(datasets) {
  const shown = datasets.flatMap(({ data }) => data.map(({ y }) => y)).filter(Number.isFinite);
  const low = Math.min(...shown);
  const high = Math.max(...shown);
  const room = Math.max(0.05 * (high - low), (5 - (high - low)) / 2);
  return { min: Math.max(0, Math.floor(low - room)), max: Math.min(100, Math.ceil(high + room)) };
}
