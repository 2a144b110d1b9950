// The list of questions: search, filters, order, a slice at a time, downloads.

const SLICE = 50;

function startExplorer(found) {
  const part = (name) => document.getElementById(`explorer-${name}`);
  const rows = found.questions.map(searchable);
  const state = { chosen: [], shown: 0 };

  const showMore = () => {
    const next = state.chosen.slice(state.shown, state.shown + SLICE);
    part("list").append(...next.map(questionRow));
    state.shown += next.length;
    const left = state.chosen.length - state.shown;
    part("more").hidden = left === 0;
    part("more").textContent = `Show ${Math.min(SLICE, left)} more of ${left.toLocaleString("en")}`;
    return next.length;
  };
  const choose = () => {
    state.chosen = chosen(rows, choice(part));
    state.shown = 0;
    part("list").replaceChildren();
    const passing = state.chosen.length.toLocaleString("en");
    part("count").textContent = `${passing} of ${counted(rows.length, "question")}`;
    showMore();
  };
  const continueList = () => {
    const before = part("list").childElementCount;
    showMore();
    // The button may be gone: whoever pressed it goes on with the first new question.
    part("list").children[before]?.querySelector("summary").focus();
  };

  prepare(part, found);
  part("choice").addEventListener("input", choose);
  part("choice").addEventListener("submit", (event) => event.preventDefault());
  part("more").addEventListener("click", continueList);
  part("csv").addEventListener("click", () => saveCsv("questions", questionRows(state.chosen)));
  part("json").addEventListener("click", () => saveJson("questions", state.chosen));
  choose();
  document.getElementById("explorer").hidden = false;
}

function choice(part) {
  return {
    words: part("search").value.toLowerCase().split(/\s+/).filter(Boolean),
    filter: part("filter").value,
    setting: part("setting").value,
    order: part("order").value,
  };
}

/** Offer what the questions allow: settings to choose from, filters that need gold or greedy. */
function prepare(part, found) {
  const named = new Set(found.questions.flatMap(({ settings }) => Object.keys(settings)));
  const votes = [...named].filter((name) => name !== GREEDY);
  part("setting").append(...votes.map((name) => make("option", { value: name }, name)));
  part("setting").closest("p").hidden = votes.length < 2;
  const scored = found.questions.some(({ gold }) => known(gold));
  for (const option of part("filter").querySelectorAll("[data-scored]")) {
    const needsGreedy = "besideGreedy" in option.dataset;
    if (!scored || (needsGreedy && !named.has(GREEDY))) option.remove();
  }
  part("extent").textContent = extent(found);
}

function extent({ total, shown, with_paths: withPaths }) {
  const all = shown < total ? `${shown.toLocaleString("en")} of ` : "";
  const rest = shown < total ? " votes.jsonl has them all." : "";
  const paths = `${withPaths.toLocaleString("en")} with reasoning paths`;
  return `${all}${counted(total, "question")}, ${paths}.${rest}`;
}

/** Return the rows of a CSV file: a question each, six columns for each setting. */
function questionRows(questions) {
  const names = [...new Set(questions.flatMap(({ settings }) => Object.keys(settings)))];
  const figures = ["answer", "correct", "support", "paths", "unanswered", "tied"];
  const heads = names.flatMap((name) => figures.map((figure) => `${name} ${figure}`));
  const rows = questions.map(({ id, question, gold, settings }) => {
    const votes = names.flatMap((name) => figures.map((figure) => settings[name]?.[figure]));
    return [id, question, gold, ...votes];
  });
  return [["id", "question", "gold", ...heads], ...rows];
}

/** Return what the page carries by gzip, in Base64, as JSON. */
async function unpacked(text) {
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).json();
}

const packedQuestions = document.getElementById("packed-questions").textContent;
if (packedQuestions && document.getElementById("explorer")) {
  unpacked(packedQuestions).then(startExplorer);
}
