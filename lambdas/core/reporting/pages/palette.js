// Colours, dashes and marks of the charts: Okabe and Ito's, told apart by every kind of sight.

const LIGHT = {
  ink: "#1c2127",
  muted: "#59626e",
  grid: "#e4e7eb",
  paper: "#ffffff",
  lines: ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"],
  // Of the first wave and of the last: what lies between is mixed.
  waves: [[0, 62, 105], [148, 204, 236]],
  spent: "#E69F00",
  open: "#c9ced6",
};
const DARK = {
  ink: "#e8eaed",
  muted: "#a3abb6",
  grid: "#30363d",
  paper: "#15181c",
  lines: ["#56B4E9", "#E69F00", "#009E73", "#CC79A7", "#F0E442", "#D55E00"],
  waves: [[170, 218, 245], [24, 96, 146]],
  spent: "#E69F00",
  open: "#4a525c",
};
const DASHES = [[], [10, 5], [14, 4, 3, 4], [5, 3], [20, 4], [8, 3, 3, 3, 3, 3]];
// Lines with the same dashes have other colours: up to 36 none look alike.
const MARKS = ["circle", "triangle", "rect", "rectRot", "star", "crossRot"];

/** Return how a setting is drawn, alike in all charts; greedy is a dashed line without a hue. */
function drawnAs(theme, name) {
  if (name === GREEDY) {
    return { borderColor: theme.muted, borderDash: [6, 5], borderWidth: 2, pointRadius: 0 };
  }
  const place = voting.findIndex((each) => each.setting === name);
  const colour = theme.lines[place % theme.lines.length];
  return {
    borderColor: colour,
    backgroundColor: colour,
    borderDash: DASHES[(place + Math.floor(place / theme.lines.length)) % DASHES.length],
    borderWidth: 2.25,
    // Marks at the edge are drawn whole.
    clip: 8,
    pointStyle: MARKS[place % MARKS.length],
    pointRadius: 4,
  };
}

function faint(colour) {
  return `${colour}2b`;
}

/** Return the colour of one wave of several, from the first to the last in even steps. */
function waveColour(theme, place, waves) {
  const [first, last] = theme.waves;
  const part = waves > 1 ? place / (waves - 1) : 0;
  const mixed = first.map((from, channel) => Math.round(from + part * (last[channel] - from)));
  return `rgb(${mixed.join(", ")})`;
}
