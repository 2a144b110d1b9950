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
  const open = names.map((name) => {
    const last = page.waves.findLast((wave) => inWave(wave, name));
    return last ? inWave(last, name).open : 0;
  });
  if (open.some(Boolean)) {
    datasets.push({ ...edge, label: "open at the end", data: open, backgroundColor: theme.open });
  }
  const options = waveOptions(theme, asked(datasets));
  return { type: "bar", data: { labels: names, datasets }, options };
}

/** Return the most questions that a setting has. */
function asked(datasets) {
  const sums = datasets[0].data.map((_, place) =>
    datasets.reduce((sum, { data }) => sum + data[place], 0),
  );
  return Math.max(...sums);
}

function waveOptions(theme, max) {
  return {
    indexAxis: "y",
    maintainAspectRatio: false,
    scales: {
      x: axis(theme, { name: "questions", stacked: true, max, ticks: { precision: 0 } }),
      y: { stacked: true, grid: { display: false }, border: { display: false } },
    },
    datasets: { bar: { maxBarThickness: 34 } },
    plugins: {
      legend: { position: "bottom", align: "start", labels: { boxWidth: 14, padding: 16 } },
      tooltip: {
        callbacks: {
          label: ({ dataset, raw }) => `${dataset.label}: ${counted(raw, "question")}`,
        },
      },
    },
  };
}
