// Downloads, and the list of questions: search, filters, order, and what opens below a question.

// A spreadsheet takes a cell that begins like this for a formula (OWASP, "CSV Injection"); some
// also read the full-width forms.
const FORMULA = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;
const NUMBER = /^-?\d+(\.\d+)?$/;
// Split: the winner leads the second by at most this share of the paths.
const SPLIT = 0.2;
const QUESTIONS_AT_ONCE = 50;
const SHOWN_ANSWERS = 8;
const NO_PATHS = "Its reasoning paths are not in this page.";

/** @typedef {string | number | boolean | null | undefined} Cell */
/** @typedef {(votes: VoteRow[], base?: VoteRow) => boolean} Filter */
/** @typedef {(votes: VoteRow[], question: QuestionRow) => number} Order */

// Each decides by the votes that count, and by greedy's beside them if there is one.
/** @type {Record<string, Filter>} */
const FILTERS = {
  all: () => true,
  gained: (votes, base) => base?.correct === false && votes.some((each) => each.correct === true),
  lost: (votes, base) => base?.correct === true && votes.some((each) => each.correct === false),
  wrong: (votes) => votes.some((each) => each.correct === false),
  split: (votes) => votes.some((each) => lead(each) <= SPLIT),
  unanswered: (votes) => votes.some((each) => each.answer === null || each.unanswered > 0),
  paths: (votes, base) => [...votes, ...(base ? [base] : [])].some(hasPath),
};

// The lowest comes first; equal questions stay in the order of the dataset.
/** @type {Record<string, Order>} */
const ORDERS = {
  highlights: (_, question) => -(hasAnyPath(question) ? 10 : 0) - question.highlights.length,
  given: () => 0,
  split: (votes) => Math.min(...votes.map(lead)),
  confident: (votes) =>
    -Math.max(...votes.map(({ support, paths }) => (paths ? support / paths : 0))),
  unanswered: (votes) => -Math.max(...votes.map((each) => each.unanswered)),
};

/**
 * Return the lead of the winner over the second, as a share of the paths; 1 without a second.
 *
 * @param {VoteRow} vote
 */
function lead({ votes, paths }) {
  return votes.length > 1 ? (votes[0][1] - votes[1][1]) / paths : 1;
}

/** @param {VoteRow} vote */
function hasPath({ winner_path: winner, rival_path: rival, unanswered_path: unanswered }) {
  return Boolean(winner || rival || unanswered);
}

/** @param {QuestionRow} question */
function hasAnyPath({ settings }) {
  return Object.values(settings).some(hasPath);
}

/** @param {Explorer} explorer */
function startExplorer(explorer) {
  const rows = explorer.questions.map(searchable);
  /** @type {{ selected: QuestionRow[], shown: number }} */
  const list = { selected: [], shown: 0 };

  const showMore = () => {
    const next = list.selected.slice(list.shown, list.shown + QUESTIONS_AT_ONCE);
    part("list").append(...next.map(questionElement));
    list.shown += next.length;
    const left = list.selected.length - list.shown;
    const count = Math.min(QUESTIONS_AT_ONCE, left);
    part("more").hidden = left === 0;
    part("more").textContent = `Show ${count} more of ${left.toLocaleString("en")}`;
  };
  const select = () => {
    list.selected = selectQuestions(rows, choice());
    list.shown = 0;
    part("list").replaceChildren();
    const selected = list.selected.length.toLocaleString("en");
    part("count").textContent = `${selected} of ${countOf(rows.length, "question")}`;
    showMore();
  };
  const continueList = () => {
    const before = part("list").childElementCount;
    showMore();
    // The button may be gone: the focus moves to the first new question.
    part("list").children[before]?.querySelector("summary").focus();
  };

  offerChoices(explorer);
  part("choice").addEventListener("input", select);
  part("choice").addEventListener("submit", (/** @type {Event} */ event) => event.preventDefault());
  part("more").addEventListener("click", continueList);
  part("csv").addEventListener("click", () => saveCsv("questions", csvRows(list.selected)));
  part("json").addEventListener("click", () => saveJson("questions", list.selected));
  select();
  part().hidden = false;
}

/**
 * Return an element of the explorer; of any type, for forms and buttons have members of their own.
 *
 * @param {string} [name]
 * @returns {any}
 */
function part(name) {
  return document.getElementById(name ? `explorer-${name}` : "explorer");
}

/** Return what the form says. */
function choice() {
  return {
    /** @type {string[]} */
    words: part("search").value.toLowerCase().split(/\s+/).filter(Boolean),
    filter: FILTERS[part("filter").value],
    /** @type {string} */
    setting: part("setting").value,
    order: ORDERS[part("order").value],
  };
}

/**
 * Offer what the questions allow: settings to choose from, filters that need gold or greedy.
 *
 * @param {Explorer} explorer
 */
function offerChoices(explorer) {
  const names = settingNames(explorer.questions);
  const votes = names.filter((name) => name !== GREEDY);
  part("setting").append(...votes.map((name) => make("option", { value: name }, name)));
  part("setting").closest("p").hidden = votes.length < 2;
  if (names.includes(FINAL)) part("setting").value = FINAL;
  const scored = explorer.questions.some(({ gold }) => gold !== null);
  for (const option of part("filter").querySelectorAll("[data-scored]")) {
    const needsGreedy = "besideGreedy" in option.dataset;
    if (!scored || (needsGreedy && !names.includes(GREEDY))) option.remove();
  }
  part("size").textContent = sizeText(explorer);
}

/** @param {Explorer} explorer */
function sizeText({ total, shown, with_paths: withPaths }) {
  const part = shown < total ? `${shown.toLocaleString("en")} of ` : "";
  const rest = shown < total ? " The run’s files have them all." : "";
  const paths = `${withPaths.toLocaleString("en")} with reasoning paths`;
  return `${part}${countOf(total, "question")}, ${paths}.${rest}`;
}

/** @param {QuestionRow[]} questions */
function settingNames(questions) {
  return [...new Set(questions.flatMap(({ settings }) => Object.keys(settings)))];
}

/**
 * Return a question with the text that a search looks through.
 *
 * @param {QuestionRow} question
 */
function searchable(question) {
  const { id, question: text, gold, settings } = question;
  const answers = Object.values(settings).flatMap(({ votes }) => votes.map(([answer]) => answer));
  const searched = [id, text, gold ?? "", ...new Set(answers)].join("\n").toLowerCase();
  return { question, searched };
}

/**
 * Return the questions that pass, in order.
 *
 * @param {ReturnType<typeof searchable>[]} rows
 * @param {ReturnType<typeof choice>} choice all words must be in a question; the votes that count
 *   are those of the setting, or of any if it is empty
 */
function selectQuestions(rows, { words, filter, setting, order }) {
  const passing = rows.filter(({ question, searched }) => {
    const votes = votesOf(question, setting);
    return (
      votes.length > 0 &&
      filter(votes, question.settings[GREEDY]) &&
      words.every((word) => searched.includes(word))
    );
  });
  const ranked = passing.map(({ question }) => ({
    question,
    rank: order(votesOf(question, setting), question),
  }));
  return ranked.sort((one, other) => one.rank - other.rank).map(({ question }) => question);
}

/**
 * Return a question's votes in a setting, or in all sampled ones; greedy's if it is the only one.
 *
 * @param {QuestionRow} question
 * @param {string} setting
 */
function votesOf({ settings }, setting) {
  const names = setting ? [setting] : Object.keys(settings).filter((name) => name !== GREEDY);
  const votes = names.map((name) => settings[name]).filter(Boolean);
  return votes.length || setting || !settings[GREEDY] ? votes : [settings[GREEDY]];
}

/** @param {QuestionRow} question */
function questionElement(question) {
  const chips = Object.entries(question.settings).map(([name, vote]) => chip(name, vote));
  const summary = make(
    "summary",
    {},
    make("span", { class: "id" }, question.id),
    make("span", { class: "question-text", dir: "auto" }, question.question),
    make("span", { class: "chips" }, ...chips),
  );
  const row = make("details", { class: "question" }, summary);
  const open = () => row.append(questionBody(question));
  row.addEventListener("toggle", open, { once: true });
  return row;
}

/**
 * @param {string} name of a setting
 * @param {VoteRow} vote
 */
function chip(name, vote) {
  const support = vote.paths > 1 ? ` ${vote.support}/${vote.paths}` : "";
  return make(
    "span",
    { class: `chip ${correctness(vote).kind}` },
    make("b", {}, name),
    " ",
    make("span", { class: "answer", dir: "auto" }, vote.answer ?? "no answer"),
    support,
    mark(vote),
  );
}

/** @param {VoteRow} vote */
function mark(vote) {
  const { sign, kind } = correctness(vote);
  return sign ? make("span", { class: "mark", role: "img", "aria-label": kind }, sign) : null;
}

/** @param {VoteRow} vote */
function correctness({ correct }) {
  if (correct === true) return { kind: "right", sign: "✓" };
  return correct === false ? { kind: "wrong", sign: "✗" } : { kind: "unscored", sign: "" };
}

/** @param {QuestionRow} question */
function questionBody({ question: text, gold, settings }) {
  const votes = Object.entries(settings);
  const tallies = votes.filter(([, vote]) => vote.paths !== 1).map(tally);
  const base = settings[GREEDY];
  const shown = votes.filter(([name, vote]) => name !== GREEDY && hasPath(vote));
  const alone = shown.length === 0 && base && hasPath(base);
  return make(
    "div",
    { class: "opened" },
    make("p", { class: "text", dir: "auto" }, text),
    gold === null ? null : make("p", {}, "Right answer: ", make("b", { dir: "auto" }, gold)),
    make("div", { class: "tallies" }, ...tallies),
    ...shown.map(([name, vote], number) => pathsElement(name, vote, base, number === 0)),
    alone ? make("div", { class: "paths" }, greedyPath(base)) : null,
    shown.length || alone ? null : make("p", { class: "note" }, NO_PATHS),
  );
}

/** @param {[string, VoteRow]} entry a setting's name and its vote */
function tally([name, vote]) {
  const listed = vote.votes.slice(0, listedAnswers(vote));
  const rows = listed.map(([answer, count]) => bar(answer, count, vote));
  const more = vote.votes.slice(listed.length).reduce((sum, [, count]) => sum + count, 0);
  if (more) {
    // The pair that sums up the answers left out is no answer itself.
    const leftOut = vote.answers_left_out ?? 0;
    const others = vote.votes.length - listed.length + (leftOut ? leftOut - 1 : 0);
    rows.push(bar(countOf(others, "other answer"), more, vote, "others"));
  }
  if (vote.unanswered) rows.push(bar("no answer", vote.unanswered, vote, "others"));
  const notes = [`${vote.support} of ${countOf(vote.paths, "path")} for the winner`];
  if (vote.tied) notes.push("a tie");
  if (vote.wave > 1) notes.push(`last sampled in wave ${vote.wave}`);
  return make(
    "section",
    { class: `tally ${correctness(vote).kind}` },
    make("h3", {}, name, ": ", isolated(vote.answer ?? "no answer"), mark(vote)),
    make("p", { class: "note" }, notes.join("; ")),
    make("ul", {}, ...rows),
  );
}

/**
 * Return how many answers have a bar of their own: one more than usual if it is the last.
 *
 * @param {VoteRow} vote
 */
function listedAnswers({ votes, answers_left_out: leftOut }) {
  const answers = leftOut ? votes.length - 1 : votes.length;
  return answers === SHOWN_ANSWERS + 1 && !leftOut ? answers : Math.min(answers, SHOWN_ANSWERS);
}

/**
 * @param {string} answer
 * @param {number} count
 * @param {VoteRow} vote
 */
function bar(answer, count, { answer: winner, paths }, kind = "") {
  const length = make("span", { class: "length", "aria-hidden": "true" });
  // Set by script: the page's policy allows no style attribute.
  length.style.setProperty("--share", String(paths ? count / paths : 0));
  return make(
    "li",
    { class: !kind && answer === winner ? "winner" : kind },
    make("span", { class: "answer", dir: "auto" }, answer),
    make("span", { class: "count" }, kind ? countOf(count, "path") : String(count)),
    length,
  );
}

/**
 * @param {string} name of a setting
 * @param {VoteRow} vote
 * @param {VoteRow | undefined} base greedy's vote
 * @param {boolean} open
 */
function pathsElement(name, vote, base, open) {
  const { winner_path: winner, rival_path: rival, unanswered_path: unanswered } = vote;
  const columns = [
    base ? greedyPath(base) : null,
    path([`${name}, for the winner `, isolated(vote.answer)], winner, correctness(vote).kind),
    path([`${name}, for `, isolated(vote.rival_answer)], rival),
    path([`${name}, without an answer`], unanswered),
  ];
  const title = make("summary", {}, `Reasoning paths at ${name}`);
  const folded = make("details", {}, title, make("div", { class: "paths" }, ...columns));
  folded.open = open;
  return folded;
}

/** @param {VoteRow} vote */
function greedyPath(vote) {
  const answered = vote.answer !== null;
  const title = answered ? ["greedy: ", isolated(vote.answer)] : ["greedy, without an answer"];
  return path(title, vote.winner_path ?? vote.unanswered_path, correctness(vote).kind);
}

/**
 * @param {(Node | string)[]} title
 * @param {string | null | undefined} text
 */
function path(title, text, kind = "") {
  if (!text) return null;
  const folded = make("details", { class: `path ${kind}` }, make("summary", {}, ...title));
  folded.append(make("div", { class: "reasoning", dir: "auto" }, text));
  folded.open = true;
  return folded;
}

/**
 * Return an answer that does not change the direction of the text around it.
 *
 * @param {string | null | undefined} answer
 */
function isolated(answer) {
  return make("bdi", {}, answer ?? "");
}

/**
 * Return the rows of a CSV file: a question each, six columns for each setting.
 *
 * @param {QuestionRow[]} questions
 * @returns {Cell[][]}
 */
function csvRows(questions) {
  const names = settingNames(questions);
  /** @type {("answer" | "correct" | "support" | "paths" | "unanswered" | "tied")[]} */
  const members = ["answer", "correct", "support", "paths", "unanswered", "tied"];
  const heads = names.flatMap((name) => members.map((member) => `${name} ${member}`));
  const rows = questions.map(({ id, question, gold, settings }) => {
    const votes = names.flatMap((name) => members.map((member) => settings[name]?.[member]));
    return [id, question, gold, ...votes];
  });
  return [["id", "question", "gold", ...heads], ...rows];
}

/**
 * @param {string} name of the file
 * @param {Cell[][]} rows
 */
function saveCsv(name, rows) {
  const lines = rows.map((row) => `${row.map(csvCell).join(",")}\r\n`);
  // Without the byte-order mark, spreadsheets do not read a file as UTF-8.
  save(`${name}.csv`, ["\ufeff", ...lines], "text/csv;charset=utf-8");
}

/**
 * Return a cell of a CSV file; what users or models wrote cannot be a formula.
 *
 * @param {Cell} value
 */
function csvCell(value) {
  if (value === null || value === undefined) return "";
  if (typeof value !== "string") return String(value);
  const harmless = FORMULA.test(value) && !NUMBER.test(value) ? `'${value}` : value;
  // Where commas are decimal signs, a semicolon or a tab separates cells.
  return /[",;\t\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/**
 * @param {string} name of the file
 * @param {unknown} value
 */
function saveJson(name, value) {
  save(`${name}.json`, [JSON.stringify(value, null, 1)], "application/json");
}

/**
 * @param {string} name of the file
 * @param {string[]} texts
 * @param {string} type
 */
function save(name, texts, type) {
  const address = URL.createObjectURL(new Blob(texts, { type }));
  const run = report.run_id.replace(/[^\w.-]+/g, "_");
  make("a", { href: address, download: `${run}-${name}` }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

function startCurveDownload() {
  const button = document.getElementById("curve-csv");
  if (!button?.parentElement) return;
  button.parentElement.hidden = false;
  button.addEventListener("click", () => saveCsv("curve", curveRows()));
}

/**
 * Return what the page carries as JSON, by gzip, in Base64.
 *
 * @param {string} text
 */
async function unpacked(text) {
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).json();
}

startCurveDownload();
const packedQuestions = document.getElementById("packed-questions")?.textContent;
if (packedQuestions && part()) unpacked(packedQuestions).then(startExplorer);
