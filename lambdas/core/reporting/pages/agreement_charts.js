// Charts of agreement: calibration with its intervals, and accuracy at coverage.

function agreeing(figure) {
  return voting.filter((each) => each.agreement?.[figure]?.length);
}

function calibrationChart(theme) {
  const datasets = agreeing("calibration").flatMap((each) => withWhiskers(theme, each));
  const ends = [0, 100].map((both) => ({ x: both, y: both, told: `${both}%` }));
  const diagonal = { ...drawnAs(theme, GREEDY), label: "as sure as right", data: ends };
  const x = { name: "confidence: share of paths", min: 0, max: 100, ticks: percentTicks() };
  const y = { name: "accuracy", min: 0, max: 100, ticks: percentTicks() };
  const options = lineOptions(theme, x, y, (sure) => `confidence ${sure.toFixed(1)}%`);
  return { type: "line", data: { datasets: [...datasets, diagonal] }, options };
}

function withWhiskers(theme, { setting, agreement }) {
  const drawn = drawnAs(theme, setting);
  const data = agreement.calibration.map((bin) => ({
    x: 100 * bin.confidence,
    y: 100 * bin.accuracy,
    told: `${percent(bin.accuracy)} right of ${counted(bin.questions, "question")}`,
  }));
  // One line that is interrupted after each whisker.
  const whiskers = agreement.calibration
    .filter((bin) => bin.interval)
    .flatMap(({ confidence, interval: { low, high } }) => [
      { x: 100 * confidence, y: 100 * low },
      { x: 100 * confidence, y: 100 * high },
      { x: 100 * confidence, y: NaN },
    ]);
  const thin = { borderColor: drawn.borderColor, borderWidth: 1.25, pointRadius: 0 };
  return [{ ...drawn, label: setting, data }, { ...thin, data: whiskers, pointHitRadius: 0 }];
}

function coverageChart(theme) {
  const datasets = agreeing("coverage").map(({ setting, agreement }) => ({
    ...drawnAs(theme, setting),
    label: setting,
    data: agreement.coverage.map((step) => ({
      x: 100 * step.coverage,
      y: 100 * step.accuracy,
      told: `${percent(step.accuracy)} right of ${counted(step.questions, "question")}`,
    })),
  }));
  const x = { name: "questions answered, surest first", min: 0, max: 100, ticks: percentTicks() };
  const y = { name: "accuracy", ...bounds(datasets), ticks: percentTicks() };
  const headed = (share) => `${share.toFixed(0)}% of the questions`;
  return { type: "line", data: { datasets }, options: lineOptions(theme, x, y, headed) };
}
