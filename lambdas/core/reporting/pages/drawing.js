// Draw the charts that the page has places for, again where light, paper or choice change.

const CHARTS = {
  accuracy: accuracyChart,
  spent: spentChart,
  time: timeChart,
  calibration: calibrationChart,
  coverage: coverageChart,
  waves: wavesChart,
};
const dark = matchMedia("(prefers-color-scheme: dark)");
const paper = matchMedia("print");
let drawn = [];

function draw(theme) {
  for (const chart of drawn) chart.destroy();
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
  drawn = [...document.querySelectorAll("canvas[data-chart]")].map((canvas) => {
    canvas.closest("figure").hidden = false;
    if (canvas.dataset.chart === "waves") {
      canvas.parentElement.style.height = `${8 + 3.5 * voting.length}rem`;
    }
    return new Chart(canvas, CHARTS[canvas.dataset.chart](theme));
  });
}

function drawForNow() {
  draw(dark.matches && !paper.matches ? DARK : LIGHT);
}

function startDrawing() {
  drawForNow();
  dark.addEventListener("change", drawForNow);
  paper.addEventListener("change", drawForNow);
  addEventListener("beforeprint", () => draw(LIGHT));
  addEventListener("afterprint", drawForNow);
  const variants = document.getElementById("show-variants");
  if (variants === null) return;
  const lines = voting.flatMap((each) => each.variants ?? []).length;
  // More lines than these would hide the plain votes.
  variants.checked = lines <= 2;
  variants.closest("p").hidden = false;
  variants.addEventListener("change", drawForNow);
  drawForNow();
}

startDrawing();
