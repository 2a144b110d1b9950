// One question of the list: its line, and what opens below it.

const SHOWN_ANSWERS = 8;
const WITHOUT_TEXTS = "Its reasoning paths are not in this page.";

function questionRow(question) {
  const chips = Object.entries(question.settings).map(([name, vote]) => chip(name, vote));
  const summary = make(
    "summary",
    {},
    make("span", { class: "id" }, question.id),
    make("span", { class: "asked", dir: "auto" }, question.question),
    make("span", { class: "chips" }, ...chips),
  );
  const row = make("details", { class: "question" }, summary);
  const open = () => row.append(questionBody(question));
  row.addEventListener("toggle", open, { once: true });
  return row;
}

function chip(name, vote) {
  const support = vote.paths > 1 ? ` ${vote.support}/${vote.paths}` : "";
  return make(
    "span",
    { class: `chip ${verdict(vote).kind}` },
    make("b", {}, name),
    " ",
    make("span", { class: "answer", dir: "auto" }, vote.answer ?? "no answer"),
    support,
    mark(vote),
  );
}

function mark(vote) {
  const { sign, kind } = verdict(vote);
  return sign ? make("span", { class: "mark", role: "img", "aria-label": kind }, sign) : null;
}

function verdict({ correct }) {
  if (correct === true) return { kind: "right", sign: "✓" };
  return correct === false ? { kind: "wrong", sign: "✗" } : { kind: "unscored", sign: "" };
}

function questionBody(question) {
  const { question: asked, gold, settings } = question;
  const votes = Object.entries(settings);
  const tallies = votes.filter(([, vote]) => vote.paths !== 1).map(tally);
  const texts = votes.filter(([name, vote]) => name !== GREEDY && hasTexts(vote));
  const alone = texts.length === 0 && settings[GREEDY] && hasTexts(settings[GREEDY]);
  return make(
    "div",
    { class: "opened" },
    make("p", { class: "text", dir: "auto" }, asked),
    known(gold) ? make("p", {}, "Right answer: ", make("b", { dir: "auto" }, gold)) : null,
    make("div", { class: "tallies" }, ...tallies),
    ...texts.map(([name, vote], place) => paths(name, vote, settings[GREEDY], place === 0)),
    alone ? make("div", { class: "paths" }, ...greedyPath(settings[GREEDY])) : null,
    texts.length || alone ? null : make("p", { class: "note" }, WITHOUT_TEXTS),
  );
}

function tally([name, vote]) {
  const shown = vote.votes.slice(0, shownAnswers(vote));
  const rows = shown.map(([answer, count]) => bar(answer, count, vote));
  const more = vote.votes.slice(shown.length).reduce((sum, [, count]) => sum + count, 0);
  if (more) {
    // The pair that sums up those left out is none of the answers.
    const others = vote.votes.length - shown.length + (vote.others ? vote.others - 1 : 0);
    rows.push(bar(counted(others, "other answer"), more, vote, "others"));
  }
  if (vote.unanswered) rows.push(bar("no answer", vote.unanswered, vote, "others"));
  const remarks = [`${vote.support} of ${counted(vote.paths, "path")} for the winner`];
  if (vote.tied) remarks.push("a tie, drawn by the seed");
  if (vote.wave > 1) remarks.push(`last asked in wave ${vote.wave}`);
  return make(
    "section",
    { class: `tally ${verdict(vote).kind}` },
    make("h3", {}, name, ": ", make("bdi", {}, vote.answer ?? "no answer"), mark(vote)),
    make("p", { class: "note" }, remarks.join("; ")),
    make("ul", {}, ...rows),
  );
}

/** Return how many answers have a row of their own: one more, where it is all that is left. */
function shownAnswers({ votes, others }) {
  const whole = others ? votes.length - 1 : votes.length;
  return whole === SHOWN_ANSWERS + 1 && !others ? whole : Math.min(whole, SHOWN_ANSWERS);
}

function bar(answer, count, { answer: winner, paths: all }, kind = "") {
  const length = make("span", { class: "length", "aria-hidden": "true" });
  // Set by script: the page's policy lets no style stand in an attribute.
  length.style.setProperty("--share", all ? count / all : 0);
  const won = !kind && answer === winner ? "won" : kind;
  return make(
    "li",
    { class: won },
    make("span", { class: "answer", dir: "auto" }, answer),
    make("span", { class: "count" }, kind ? counted(count, "path") : String(count)),
    length,
  );
}

function paths(name, vote, base, open) {
  const columns = [
    ...(base ? greedyPath(base) : []),
    path([`${name}, for the winner `, isolated(vote.answer)], vote.won, verdict(vote).kind),
    path([`${name}, for `, isolated(vote.lost_answer)], vote.lost),
    path([`${name}, without an answer`], vote.silent),
  ];
  const shown = columns.filter((column) => column !== null);
  const told = make("summary", {}, `Reasoning paths at ${name}`);
  const folded = make("details", {}, told, make("div", { class: "paths" }, ...shown));
  folded.open = open;
  return folded;
}

function greedyPath(vote) {
  const answered = known(vote.answer);
  const title = answered ? ["greedy: ", isolated(vote.answer)] : ["greedy, without an answer"];
  const shown = path(title, vote.won ?? vote.silent, verdict(vote).kind);
  return shown ? [shown] : [];
}

function path(title, text, kind = "") {
  if (!text) return null;
  const folded = make("details", { class: `path ${kind}` }, make("summary", {}, ...title));
  folded.append(make("div", { class: "reasoning", dir: "auto" }, text));
  folded.open = true;
  return folded;
}

/** Return an answer within other words, whose direction it does not change. */
function isolated(answer) {
  return make("bdi", {}, answer ?? "");
}
