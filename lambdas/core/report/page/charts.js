// The charts: accuracy, cost and time, agreement, waves.

/**
 * Return the chart of the settings' accuracy: a line with its band for each, variants, greedy.
 *
 * @param {Theme} theme
 */
function accuracyChart(theme) {
  return curvesChart(theme, sampled);
}

/**
 * Return the chart of the final vote's accuracy, with its band, and greedy.
 *
 * @param {Theme} theme
 */
function finalChart(theme) {
  return curvesChart(theme, answers);
}

/**
 * @param {Theme} theme
 * @param {Vote[]} votes
 */
function curvesChart(theme, votes) {
  const curves = votes.filter((each) => each.curve.length > 1);
  /** @type {{ data: Point[] }[]} */
  const datasets = curves.flatMap((each) => curveWithBand(theme, each));
  if (showsVariants()) datasets.push(...curves.flatMap((each) => variantLines(theme, each)));
  datasets.push(...curves.filter(endsEarly).flatMap((each) => finalMark(theme, each)));
  const longest = Math.ceil(Math.max(...datasets.map(({ data }) => data[data.length - 1].x)));
  datasets.push(...greedyLine(theme, longest, curves));
  const x = { name: "paths that vote", min: 1, max: longest, ticks: { precision: 0 } };
  const y = { name: "accuracy", ...bounds(datasets), ticks: percentTicks() };
  return { type: "line", data: { datasets }, options: lineOptions(theme, x, y, pathsTitle) };
}

/**
 * @param {Theme} theme
 * @param {Vote} vote
 */
function curveWithBand(theme, { setting, curve }) {
  const style = lineStyle(theme, setting);
  const edge = (/** @type {number} */ sign) =>
    curve.map(({ paths, mean, sd }) => at(paths, mean + sign * sd));
  const bare = { borderWidth: 0, pointRadius: 0, pointHitRadius: 0 };
  const radius = (/** @type {{ dataIndex: number }} */ { dataIndex }) =>
    isFifthOrEnd(dataIndex, curve.length) ? 4 : 0;
  const data = curve.map(({ paths, mean, sd }) =>
    at(paths, mean, `${percent(mean)} ± ${(100 * sd).toFixed(2)} (sd over draws)`),
  );
  return [
    { data: edge(1), ...bare, fill: "+1", backgroundColor: faint(style.borderColor) },
    { data: edge(-1), ...bare, fill: false },
    { ...style, label: setting, data, pointRadius: radius, fill: false },
  ];
}

/**
 * Return whether some questions have more paths than the curve reaches.
 *
 * @param {Vote} vote
 */
function endsEarly({ curve, paths }) {
  return curve.length < paths.max;
}

/**
 * Return the mark of the vote over all paths, at their mean number.
 *
 * @param {Theme} theme
 * @param {Vote} vote
 */
function finalMark(theme, { setting, accuracy, paths }) {
  if (accuracy === null) return [];
  const text = `${percent(accuracy)} with ${Number(paths.mean.toPrecision(3))} paths on average`;
  return [
    {
      ...lineStyle(theme, setting),
      label: `${setting}, all its paths`,
      data: [at(paths.mean, accuracy, text)],
      showLine: false,
      pointRadius: 7,
    },
  ];
}

/**
 * @param {Theme} theme
 * @param {Vote} vote
 */
function variantLines(theme, { setting, variants }) {
  return variants
    .filter(({ curve }) => curve.length > 1)
    .map(({ variant, curve }) => ({
      ...lineStyle(theme, setting),
      label: `${setting}, ${variant}`,
      data: curve.map(({ paths, mean }) => at(paths, mean, percent(mean))),
      borderDash: variant === "repair" ? [2, 3] : [2, 3, 2, 7],
      borderWidth: 2.25,
      pointRadius: 0,
    }));
}

function showsVariants() {
  const box = /** @type {HTMLInputElement | null} */ (document.getElementById("show-variants"));
  return Boolean(box?.checked);
}

/**
 * @param {Theme} theme
 * @param {number} longest
 * @param {Vote[]} curves
 */
function greedyLine(theme, longest, curves) {
  if (!greedy || greedy.accuracy === null) return [];
  const { accuracy, labelled } = greedy;
  const differs = curves.some((each) => each.labelled !== labelled);
  const label = differs ? `${GREEDY} (${countOf(labelled, "question")})` : GREEDY;
  const data = Array.from({ length: longest }, (_, number) =>
    at(number + 1, accuracy, percent(accuracy)),
  );
  return [{ ...lineStyle(theme, GREEDY), label, data, fill: false }];
}

/**
 * Return the rows of a CSV file: a point of a curve each.
 *
 * @returns {Cell[][]}
 */
function curveRows() {
  const votes = report.final ? [...answers, ...sampled] : sampled;
  const points = votes.flatMap(({ setting, curve }) =>
    curve.map(({ paths, mean, sd }) => [setting, paths, mean, sd]),
  );
  return [["setting", "paths", "mean", "sd"], ...points];
}

/**
 * Return the chart of what k paths of every question cost, as far as that is known.
 *
 * @param {Theme} theme
 */
function costChart(theme) {
  const datasets = answers.flatMap((each) => costLine(theme, each));
  const most = Math.max(...datasets.map(({ data }) => data[data.length - 1].x));
  const base = greedy?.cost_usd ?? null;
  if (base !== null) {
    const data = [1, most].map((x) => ({ x, y: base, text: usd(base) }));
    datasets.push({ ...lineStyle(theme, GREEDY), label: GREEDY, data });
  }
  const x = { name: "paths per question", min: 1, max: most, ticks: { precision: 0 } };
  const y = { name: "cost", beginAtZero: true, ticks: { callback: usdTick } };
  return { type: "line", data: { datasets }, options: lineOptions(theme, x, y, pathsTitle) };
}

/**
 * @param {Theme} theme
 * @param {Vote} vote
 * @returns {{ data: Point[], [option: string]: unknown }[]}
 */
function costLine(theme, { setting, path_costs: costs }) {
  if (costs === null || costs.length < 2) return [];
  const data = costs.map(({ paths, cost_usd: cost }) => ({ x: paths, y: cost, text: usd(cost) }));
  const radius = (/** @type {{ dataIndex: number }} */ { dataIndex }) =>
    isMarked(dataIndex, data) ? 4 : 0;
  // The cost between points that are further apart is unknown.
  const colour = (/** @type {any} */ { p0, p1 }) =>
    p1.raw?.x - p0.raw?.x > 1 ? "#0000" : undefined;
  const style = lineStyle(theme, setting);
  return [{ ...style, label: setting, data, pointRadius: radius, segment: { borderColor: colour } }];
}

/**
 * Return whether a point has a mark: every fifth, and one without a line to the next.
 *
 * @param {number} number from 0
 * @param {Point[]} points
 */
function isMarked(number, points) {
  return isFifthOrEnd(number, points.length) || points[number + 1]?.x > points[number].x + 1;
}

/**
 * Return a tick in dollars, with as many decimals as the others need, two at least.
 *
 * @param {number} amount
 * @param {number} _
 * @param {{ value: number }[]} ticks
 */
function usdTick(amount, _, ticks) {
  const step = ticks.length > 1 ? ticks[1].value - ticks[0].value : amount;
  const rest = (/** @type {number} */ decimals) =>
    Math.abs(step * 10 ** decimals - Math.round(step * 10 ** decimals));
  const decimals = [2, 3, 4, 5, 6, 7, 8].find((each) => rest(each) < 1e-6) ?? 8;
  return `$${amount.toFixed(decimals)}`;
}

/**
 * Return the chart of the jobs' time, a bar for each setting.
 *
 * @param {Theme} theme
 */
function timeChart(theme) {
  const timed = report.settings.filter((each) => each.job_seconds > 0);
  const unit = timeUnit(Math.max(...timed.map((each) => each.job_seconds)));
  const times = timed.map((each) => each.job_seconds / unit.seconds);
  const colours = timed.map(({ setting }) => lineStyle(theme, setting).borderColor);
  const datasets = [{ label: "jobs", data: times, backgroundColor: colours }];
  const x = { name: `${unit.name} of jobs, summed`, beginAtZero: true };
  const label = (/** @type {{ raw: number }} */ { raw }) =>
    `${Number(raw.toPrecision(3))} ${unit.name}`;
  const options = barOptions(theme, x, label, { display: false });
  return { type: "bar", data: { labels: timed.map(({ setting }) => setting), datasets }, options };
}

/**
 * Return the chart of accuracy by confidence, with its intervals.
 *
 * @param {Theme} theme
 */
function calibrationChart(theme) {
  /** @type {object[]} */
  const datasets = answers.flatMap((each) => calibrationLines(theme, each));
  const ends = [0, 100].map((both) => ({ x: both, y: both, text: `${both}%` }));
  datasets.push({ ...lineStyle(theme, GREEDY), label: "perfect calibration", data: ends });
  const x = { name: "confidence: share of paths", min: 0, max: 100, ticks: percentTicks() };
  const y = { name: "accuracy", min: 0, max: 100, ticks: percentTicks() };
  const title = (/** @type {number} */ confidence) => `confidence ${confidence.toFixed(1)}%`;
  return { type: "line", data: { datasets }, options: lineOptions(theme, x, y, title) };
}

/**
 * @param {Theme} theme
 * @param {Vote} vote
 */
function calibrationLines(theme, { setting, agreement }) {
  const bins = agreement?.calibration ?? [];
  if (bins.length === 0) return [];
  const style = lineStyle(theme, setting);
  const data = bins.map(({ confidence, accuracy, questions }) =>
    at(100 * confidence, accuracy, `${percent(accuracy)} right of ${countOf(questions, "question")}`),
  );
  // One line that is interrupted after each whisker.
  const whiskers = bins.flatMap(({ confidence, interval: { low, high } }) => [
    at(100 * confidence, low),
    at(100 * confidence, high),
    at(100 * confidence, NaN),
  ]);
  const thin = { borderColor: style.borderColor, borderWidth: 1.25, pointRadius: 0 };
  return [{ ...style, label: setting, data }, { ...thin, data: whiskers, pointHitRadius: 0 }];
}

/**
 * Return the chart of accuracy by coverage.
 *
 * @param {Theme} theme
 */
function coverageChart(theme) {
  const datasets = answers.flatMap((each) => coverageLine(theme, each));
  const x = { name: "questions answered, most confident first", min: 0, max: 100 };
  const y = { name: "accuracy", ...bounds(datasets), ticks: percentTicks() };
  const title = (/** @type {number} */ share) => `${share.toFixed(0)}% of the questions`;
  const options = lineOptions(theme, { ...x, ticks: percentTicks() }, y, title);
  return { type: "line", data: { datasets }, options };
}

/**
 * @param {Theme} theme
 * @param {Vote} vote
 */
function coverageLine(theme, { setting, agreement }) {
  const steps = agreement?.coverage ?? [];
  if (steps.length === 0) return [];
  const data = steps.map(({ coverage, accuracy, questions }) =>
    at(100 * coverage, accuracy, `${percent(accuracy)} right of ${countOf(questions, "question")}`),
  );
  return [{ ...lineStyle(theme, setting), label: setting, data }];
}

/**
 * Return the chart of waves: a bar for each setting, a part of it for each wave's decided questions.
 *
 * @param {Theme} theme
 */
function wavesChart(theme) {
  const names = sampled.map((each) => each.setting);
  const edge = { borderColor: theme.paper, borderWidth: { right: 2 }, borderSkipped: false };
  const decided = report.waves.map((wave, number) => ({
    ...edge,
    label: `wave ${wave.wave}`,
    data: names.map((name) => inWave(wave, name)?.decided ?? 0),
    backgroundColor: waveColour(theme, number, report.waves.length),
  }));
  const undecided = [
    { label: "exhausted", data: names.map(exhaustedCount), backgroundColor: theme.exhausted },
    { label: "open at the end", data: names.map(openCount), backgroundColor: theme.open },
  ]
    .filter(({ data }) => data.some(Boolean))
    .map((each) => ({ ...edge, ...each }));
  const datasets = [...decided, ...undecided];
  const x = { name: "questions", max: longestBar(datasets), ticks: { precision: 0 } };
  const label = (/** @type {any} */ { dataset, raw }) =>
    `${dataset.label}: ${countOf(raw, "question")}`;
  const legend = { position: "bottom", align: "start", labels: { boxWidth: 14, padding: 16 } };
  const options = barOptions(theme, x, label, legend);
  return { type: "bar", data: { labels: names, datasets }, options };
}

/**
 * Return the chart of accuracy after each wave, against the paths it took: a line for each setting.
 *
 * @param {Theme} theme
 */
function boughtChart(theme) {
  const names = sampled.map((each) => each.setting);
  const datasets = names
    .map((name) => ({ ...lineStyle(theme, name), label: name, data: boughtPoints(name) }))
    .filter(({ data }) => data.length > 0);
  const most = Math.ceil(Math.max(...datasets.flatMap(({ data }) => data.map(({ x }) => x))));
  datasets.push(...greedyLine(theme, most, sampled));
  const x = { name: "mean paths per question", min: 0, max: most, ticks: { precision: 0 } };
  const y = { name: "accuracy", ...bounds(datasets), ticks: percentTicks() };
  return { type: "line", data: { datasets }, options: lineOptions(theme, x, y, pathsTitle) };
}

/**
 * @param {string} name of a setting
 * @returns {Point[]}
 */
function boughtPoints(name) {
  return report.waves.flatMap((wave) => {
    const { accuracy, mean_paths: paths, generations } = inWave(wave, name) ?? {};
    if (!generations || accuracy == null || paths == null) return [];
    return [at(paths, accuracy, `${percent(accuracy)} after wave ${wave.wave}`)];
  });
}

/**
 * @param {WaveSummary} wave
 * @param {string} name
 */
function inWave(wave, name) {
  return wave.settings.find((each) => each.setting === name);
}

/** @param {string} name of a setting */
function exhaustedCount(name) {
  return report.waves.reduce((sum, wave) => sum + (inWave(wave, name)?.exhausted ?? 0), 0);
}

/** @param {string} name of a setting */
function openCount(name) {
  const summaries = report.waves.map((wave) => inWave(wave, name));
  return summaries.findLast((each) => each !== undefined)?.open ?? 0;
}

/**
 * Return the most questions that a setting has.
 *
 * @param {{ data: number[] }[]} datasets
 */
function longestBar(datasets) {
  const sums = datasets[0].data.map((_, number) =>
    datasets.reduce((sum, { data }) => sum + data[number], 0),
  );
  return Math.max(...sums);
}
