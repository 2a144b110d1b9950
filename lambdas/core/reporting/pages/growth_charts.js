// Charts of what grows with paths: cost by their number, and the time of the jobs.

/** Return a chart of what k paths of every question cost, as far as that is known. */
function spentChart(theme) {
  const point = ({ paths, cost_usd: cost }) => ({ x: paths, y: cost, told: usd(cost) });
  const datasets = voting
    .filter((each) => each.path_costs?.length > 1)
    .map((each) => ({
      ...drawnAs(theme, each.setting),
      label: each.setting,
      data: each.path_costs.map(point),
      pointRadius: ({ dataIndex, dataset }) => (marksPoint(dataIndex, dataset.data) ? 4 : 0),
      // Between points that are further apart the cost is not known.
      segment: { borderColor: ({ p0, p1 }) => (p1.raw?.x - p0.raw?.x > 1 ? "#0000" : undefined) },
    }));
  const most = Math.max(...datasets.map(({ data }) => data.at(-1).x));
  if (known(greedy?.cost_usd)) {
    const data = [1, most].map((x) => ({ x, y: greedy.cost_usd, told: usd(greedy.cost_usd) }));
    datasets.push({ ...drawnAs(theme, GREEDY), label: GREEDY, data });
  }
  const x = { name: "paths a question", min: 1, max: most, ticks: { precision: 0 } };
  const y = { name: "cost", beginAtZero: true, ticks: { callback: usdTick } };
  return { type: "line", data: { datasets }, options: lineOptions(theme, x, y, pathsHeaded) };
}

/** Tell whether a point is marked: every fifth, and one that no line leads to. */
function marksPoint(place, points) {
  return everyFifth(place, points.length) || points[place + 1]?.x > points[place].x + 1;
}

/** Return a tick in dollars, with as many decimals as the others need, two at least. */
function usdTick(amount, _, ticks) {
  const step = ticks.length > 1 ? ticks[1].value - ticks[0].value : amount;
  const whole = (decimals) => Math.abs(step * 10 ** decimals - Math.round(step * 10 ** decimals));
  const decimals = [2, 3, 4, 5, 6, 7, 8].find((each) => whole(each) < 1e-6) ?? 8;
  return `$${amount.toFixed(decimals)}`;
}

/** Return a chart of the jobs' time, a bar for each setting. */
function timeChart(theme) {
  const timed = page.settings.filter((each) => each.job_seconds > 0);
  const unit = timeUnit(Math.max(...timed.map((each) => each.job_seconds)));
  const spent = timed.map((each) => each.job_seconds / unit.seconds);
  const colours = timed.map(({ setting }) => drawnAs(theme, setting).borderColor);
  const datasets = [{ label: "jobs", data: spent, backgroundColor: colours }];
  const x = { name: `${unit.name} of jobs, summed`, beginAtZero: true };
  const told = ({ raw }) => `${Number(raw.toPrecision(3))} ${unit.name}`;
  const options = { ...barOptions(theme, x, told) };
  options.plugins.legend = { display: false };
  return { type: "bar", data: { labels: timed.map(({ setting }) => setting), datasets }, options };
}
