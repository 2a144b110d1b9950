// One question of the list: its line, and what opens below it.

const SHOWN_ANSWERS = 8;
const WITHOUT_TEXTS = "Its reasoning paths are not in this page.";

function questionRow(question) {
  const chips = Object.entries(question.settings).map(([name, vote]) => chip(name, vote));
  const summary = make(
    "summary",
    {},
    make("span", { class: "id" }, question.id),
    make("span", { class: "asked" }, question.question),
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
    make("span", { class: "answer" }, vote.answer ?? "no answer"),
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
    make("p", { class: "text" }, asked),
    known(gold) ? make("p", {}, "Right answer: ", make("b", {}, gold)) : null,
    make("div", { class: "tallies" }, ...tallies),
    ...texts.map(([name, vote], place) => paths(name, vote, settings[GREEDY], place === 0)),
    alone ? make("div", { class: "paths" }, ...greedyPath(settings[GREEDY])) : null,
    texts.length || alone ? null : make("p", { class: "note" }, WITHOUT_TEXTS),
  );
}

function tally([name, vote]) {
  const shown = vote.votes.slice(0, SHOWN_ANSWERS);
  const rows = shown.map(([answer, count]) => bar(answer, count, vote));
  const others = vote.votes.slice(SHOWN_ANSWERS);
  const more = others.reduce((sum, [, count]) => sum + count, 0);
  if (more) rows.push(bar(`${others.length} other answers`, more, vote, "others"));
  if (vote.unanswered) rows.push(bar("no answer", vote.unanswered, vote, "others"));
  const remarks = [`${vote.support} of ${counted(vote.paths, "path")} for the winner`];
  if (vote.tied) remarks.push("a tie, drawn by the seed");
  if (vote.wave > 1) remarks.push(`last asked in wave ${vote.wave}`);
  return make(
    "section",
    { class: `tally ${verdict(vote).kind}` },
    make("h3", {}, name, ": ", vote.answer ?? "no answer", mark(vote)),
    make("p", { class: "note" }, remarks.join("; ")),
    make("ul", {}, ...rows),
  );
}

function bar(answer, count, { answer: winner, paths: all }, kind = "") {
  const length = make("span", { class: "length", "aria-hidden": "true" });
  // Set by script: the page's policy lets no style stand in an attribute.
  length.style.setProperty("--share", all ? count / all : 0);
  const won = !kind && answer === winner ? "won" : kind;
  return make(
    "li",
    { class: won },
    make("span", { class: "answer" }, answer),
    make("span", { class: "count" }, String(count)),
    length,
  );
}

function paths(name, vote, base, open) {
  const columns = [
    ...(base ? greedyPath(base) : []),
    path(`${name}, for the winner ${vote.answer}`, vote.won, verdict(vote).kind),
    path(`${name}, for ${vote.lost_answer}`, vote.lost),
    path(`${name}, without an answer`, vote.silent),
  ];
  const shown = columns.filter((column) => column !== null);
  const told = make("summary", {}, `Reasoning paths at ${name}`);
  const folded = make("details", {}, told, make("div", { class: "paths" }, ...shown));
  folded.open = open;
  return folded;
}

function greedyPath(vote) {
  const title = known(vote.answer) ? `greedy: ${vote.answer}` : "greedy, without an answer";
  const shown = path(title, vote.won ?? vote.silent, verdict(vote).kind);
  return shown ? [shown] : [];
}

function path(title, text, kind = "") {
  if (!text) return null;
  const folded = make("details", { class: `path ${kind}` }, make("summary", {}, title));
  folded.append(make("div", { class: "reasoning" }, text));
  folded.open = true;
  return folded;
}
