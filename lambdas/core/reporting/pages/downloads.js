// Downloads of what is shown.

// A spreadsheet would take a cell that begins so for a formula (OWASP, "CSV Injection"); the wide
// forms as well, which some read as the narrow ones.
const FORMULA = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;
const NUMBER = /^-?\d+(\.\d+)?$/;

/** Return a cell of a CSV file; what users or models wrote is kept from being a formula. */
function csvCell(value) {
  if (!known(value)) return "";
  if (typeof value !== "string") return String(value);
  const harmless = FORMULA.test(value) && !NUMBER.test(value) ? `'${value}` : value;
  // A semicolon and a tab part cells where commas are decimal signs.
  return /[",;\t\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

function saveCsv(name, rows) {
  const lines = rows.map((row) => `${row.map(csvCell).join(",")}\r\n`);
  // Without the mark at its start, spreadsheets do not read a file as UTF-8.
  save(`${name}.csv`, ["\ufeff", ...lines], "text/csv;charset=utf-8");
}

function saveJson(name, value) {
  save(`${name}.json`, [JSON.stringify(value, null, 1)], "application/json");
}

function save(name, parts, type) {
  const address = URL.createObjectURL(new Blob(parts, { type }));
  const run = page.run_id.replace(/[^\w.-]+/g, "_");
  make("a", { href: address, download: `${run}-${name}` }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

function curveRows() {
  const points = voting.flatMap(({ setting, curve }) =>
    curve.map(({ paths, mean, sd }) => [setting, paths, mean, sd]),
  );
  return [["setting", "paths", "mean", "sd"], ...points];
}

function startCurveDownload() {
  const button = document.getElementById("curve-csv");
  if (button === null) return;
  button.parentElement.hidden = false;
  button.addEventListener("click", () => saveCsv("curve", curveRows()));
}

startCurveDownload();
