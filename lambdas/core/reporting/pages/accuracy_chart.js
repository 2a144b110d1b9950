// The chart of accuracy: a line with its band for each setting, variants, greedy.

function accuracyChart(theme) {
  const curves = voting.filter((each) => each.curve.length > 1);
  const datasets = curves.flatMap((each) => withBand(theme, each));
  if (showsVariants()) datasets.push(...curves.flatMap((each) => variantLines(theme, each)));
  datasets.push(...curves.filter(endsEarly).map((each) => finalMark(theme, each)));
  const longest = Math.ceil(Math.max(...datasets.map(({ data }) => data.at(-1).x)));
  if (greedy && known(greedy.accuracy)) datasets.push(greedyLine(theme, longest, curves));
  const x = { name: "paths that vote", min: 1, max: longest, ticks: { precision: 0 } };
  const y = { name: "accuracy", ...bounds(datasets), ticks: percentTicks() };
  return { type: "line", data: { datasets }, options: lineOptions(theme, x, y, pathsHeaded) };
}

function withBand(theme, { setting, curve }) {
  const drawn = drawnAs(theme, setting);
  const edge = (sign) => curve.map(({ paths, mean, sd }) => at(paths, mean + sign * sd));
  const bare = { borderWidth: 0, pointRadius: 0, pointHitRadius: 0 };
  const marked = ({ dataIndex }) => (everyFifth(dataIndex, curve.length) ? 4 : 0);
  const told = ({ mean, sd }) => `${percent(mean)} ± ${(100 * sd).toFixed(2)} (sd over draws)`;
  return [
    { data: edge(1), ...bare, fill: "+1", backgroundColor: faint(drawn.borderColor) },
    { data: edge(-1), ...bare, fill: false },
    {
      ...drawn,
      label: setting,
      data: curve.map((point) => at(point.paths, point.mean, told(point))),
      pointRadius: marked,
      fill: false,
    },
  ];
}

/** Tell whether some questions have more paths than the curve reaches. */
function endsEarly({ curve, paths }) {
  return curve.length < paths.max;
}

/** Return the mark of the vote over all paths, at their mean number. */
function finalMark(theme, { setting, accuracy, paths }) {
  const told = `${percent(accuracy)} with ${Number(paths.mean.toPrecision(3))} paths on average`;
  return {
    ...drawnAs(theme, setting),
    label: `${setting}, all its paths`,
    data: [at(paths.mean, accuracy, told)],
    showLine: false,
    pointRadius: 7,
  };
}

function variantLines(theme, { setting, variants }) {
  return (variants ?? [])
    .filter((each) => each.curve?.length > 1)
    .map(({ variant, curve }) => ({
      ...drawnAs(theme, setting),
      label: `${setting}, ${variant}`,
      data: curve.map(({ paths, mean }) => at(paths, mean, percent(mean))),
      borderDash: variant === "calculator" ? [2, 3] : [2, 3, 2, 7],
      borderWidth: 2.25,
      pointRadius: 0,
    }));
}

function showsVariants() {
  return Boolean(document.getElementById("show-variants")?.checked);
}

function greedyLine(theme, longest, curves) {
  const told = percent(greedy.accuracy);
  const others = curves.some((each) => known(each.labelled) && each.labelled !== greedy.labelled);
  const label = others ? `${GREEDY} (${counted(greedy.labelled, "question")})` : GREEDY;
  const data = Array.from({ length: longest }, (_, place) => at(place + 1, greedy.accuracy, told));
  return { ...drawnAs(theme, GREEDY), label, data, fill: false };
}
