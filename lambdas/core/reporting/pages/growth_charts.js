// Charts of what grows with paths: cost and time.

function spentChart(theme) {
  const y = { name: "cost", beginAtZero: true, ticks: { callback: usd } };
  return growthChart(theme, (setting) => setting.usd_per_path, y, usd);
}

function timeChart(theme) {
  const longest = Math.max(...voting.map((each) => (each.seconds_per_path ?? 0) * each.paths.mean));
  const unit = timeUnit(longest);
  const y = { name: `${unit.name} of jobs`, beginAtZero: true };
  const told = (amount) => `${Number(amount.toPrecision(3))} ${unit.name}`;
  return growthChart(theme, (setting) => setting.seconds_per_path / unit.seconds, y, told);
}

/** Return a chart of what grows by as much with each path, up to the paths that were paid for. */
function growthChart(theme, ofPath, y, shown) {
  const growing = voting.filter((each) => ofPath(each) > 0 && each.paths.mean > 1);
  const most = Math.max(...growing.map((each) => each.paths.mean));
  const point = (each, paths) => {
    const amount = ofPath(each) * paths;
    return { x: paths, y: amount, told: shown(amount) };
  };
  const datasets = growing.map((each) => ({
    ...drawnAs(theme, each.setting),
    label: each.setting,
    data: counts(each.paths.mean).map((paths) => point(each, paths)),
    pointRadius: ({ dataIndex, dataset }) => (everyFifth(dataIndex, dataset.data.length) ? 4 : 0),
  }));
  if (greedy && ofPath(greedy) > 0) {
    const told = shown(ofPath(greedy));
    const data = counts(most).map((x) => ({ x, y: ofPath(greedy), told }));
    datasets.push({ ...drawnAs(theme, GREEDY), label: GREEDY, data });
  }
  const x = { name: "paths a question", min: 1, max: Math.ceil(most), ticks: { precision: 0 } };
  return { type: "line", data: { datasets }, options: lineOptions(theme, x, y, pathsHeaded) };
}

/** Return 1, 2 … up to a mean number of paths, which need not be whole, and that number. */
function counts(mean) {
  const whole = Array.from({ length: Math.floor(mean) }, (_, place) => place + 1);
  return whole.at(-1) === mean ? whole : [...whole, mean];
}
