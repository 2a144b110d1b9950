// What the line charts share: axes, legend, tooltips, bounds.

/** Return the options that all line charts share; `x` and `y` are those of the axes. */
function lineOptions(theme, x, y, headed) {
  return {
    maintainAspectRatio: false,
    interaction: { mode: "nearest", axis: "x", intersect: false },
    scales: { x: axis(theme, { type: "linear", ...x }), y: axis(theme, y) },
    plugins: {
      legend: legend(),
      tooltip: {
        filter: (hovered) => Boolean(hovered.dataset.label),
        callbacks: {
          title: ([first]) => (first ? headed(first.parsed.x) : ""),
          label: (hovered) => `${hovered.dataset.label}: ${hovered.raw.told}`,
        },
      },
    },
  };
}

function axis(theme, { name, ...options }) {
  return {
    grid: { color: theme.grid, tickLength: 0 },
    border: { display: false },
    title: { display: true, text: name, color: theme.muted },
    ...options,
    ticks: { padding: 8, maxRotation: 0, ...options.ticks },
  };
}

/** Return a legend of lines as they are drawn; bands, whiskers and marks are left out. */
function legend() {
  return {
    position: "bottom",
    align: "start",
    labels: {
      usePointStyle: true,
      pointStyleWidth: 36,
      padding: 16,
      filter: (entry, { datasets }) =>
        Boolean(entry.text) && datasets[entry.datasetIndex].showLine !== false,
      generateLabels: (chart) =>
        Chart.defaults.plugins.legend.labels
          .generateLabels(chart)
          .map((entry) => asLine(entry, chart.data.datasets[entry.datasetIndex])),
    },
    // A click would hide a line and leave its band.
    onClick: () => {},
  };
}

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
  return { callback: (value) => `${Number(value.toFixed(1))}%` };
}

function pathsHeaded(paths) {
  return counted(Number(paths.toFixed(2)), "path");
}

function at(paths, share, told) {
  return { x: paths, y: 100 * share, told };
}

function everyFifth(place, length) {
  return place === 0 || place === length - 1 || (place + 1) % 5 === 0;
}

/** Return the least and most percentage shown: at least five points apart, so that noise is not
 * blown up to a trend. */
function bounds(datasets) {
  const shown = datasets.flatMap(({ data }) => data.map(({ y }) => y)).filter(Number.isFinite);
  const low = Math.min(...shown);
  const high = Math.max(...shown);
  const room = Math.max(0.05 * (high - low), (5 - (high - low)) / 2);
  return { min: Math.max(0, Math.floor(low - room)), max: Math.min(100, Math.ceil(high + room)) };
}
