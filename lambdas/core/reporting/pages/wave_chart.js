// The chart of waves: a bar for each setting, a part of it for each wave's settled questions.

function wavesChart(theme) {
  const names = voting.map((each) => each.setting);
  const inWave = (wave, name) => wave.settings.find((each) => each.setting === name);
  const edge = { borderColor: theme.paper, borderWidth: { right: 2 }, borderSkipped: false };
  const datasets = page.waves.map((wave, place) => ({
    ...edge,
    label: `wave ${wave.wave}`,
    data: names.map((name) => inWave(wave, name)?.settled ?? 0),
    backgroundColor: waveColour(theme, place, page.waves.length),
  }));
  const spent = names.map((name) =>
    page.waves.reduce((sum, wave) => sum + (inWave(wave, name)?.spent ?? 0), 0),
  );
  const open = names.map((name) => {
    const last = page.waves.findLast((wave) => inWave(wave, name));
    return last ? inWave(last, name).open : 0;
  });
  const unsettled = [
    { label: "left when paths or budget were used up", data: spent, backgroundColor: theme.spent },
    { label: "open at the end", data: open, backgroundColor: theme.open },
  ];
  datasets.push(
    ...unsettled.filter(({ data }) => data.some(Boolean)).map((each) => ({ ...edge, ...each })),
  );
  const x = { name: "questions", max: asked(datasets), ticks: { precision: 0 } };
  const told = ({ dataset, raw }) => `${dataset.label}: ${counted(raw, "question")}`;
  return { type: "bar", data: { labels: names, datasets }, options: barOptions(theme, x, told) };
}

/** Return the most questions that a setting has. */
function asked(datasets) {
  const sums = datasets[0].data.map((_, place) =>
    datasets.reduce((sum, { data }) => sum + data[place], 0),
  );
  return Math.max(...sums);
}

/** Return the options of charts with a bar for each setting; `x` is the axis they lie along. */
function barOptions(theme, x, told) {
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
    plugins: {
      legend: { position: "bottom", align: "start", labels: { boxWidth: 14, padding: 16 } },
      tooltip: { callbacks: { label: told } },
    },
  };
}
