// Which questions are shown, and in which order.

// Most split: the winner leads the second by at most this share of the paths.
const SPLIT = 0.2;

/** Return by how much the winner leads the second, as a share of the question's paths; all of it
 * where there is no second. */
function lead({ votes, paths }) {
  return votes.length > 1 ? (votes[0][1] - votes[1][1]) / paths : 1;
}

// Each is asked of the votes that count, with greedy's beside them where there is one.
const FILTERS = {
  all: () => true,
  gained: (votes, base) => base?.correct === false && votes.some((each) => each.correct === true),
  lost: (votes, base) => base?.correct === true && votes.some((each) => each.correct === false),
  wrong: (votes) => votes.some((each) => each.correct === false),
  split: (votes) => votes.some((each) => lead(each) <= SPLIT),
  unanswered: (votes) => votes.some((each) => !known(each.answer) || each.unanswered > 0),
  texts: (votes, base) => hasTexts(base ?? {}) || votes.some(hasTexts),
};

// What comes first has the least; questions that are alike stay in the order of the set.
const ORDERS = {
  telling: (votes, question) => -(10 * hasAnyTexts(question) + (question.why ?? []).length),
  given: () => 0,
  split: (votes) => Math.min(...votes.map(lead)),
  sure: (votes) => -Math.max(...votes.map(({ support, paths }) => (paths ? support / paths : 0))),
  unanswered: (votes) => -Math.max(...votes.map((each) => each.unanswered)),
};

/** Return a question with the text that a search looks through. */
function searchable(question) {
  const { id, question: asked, gold, settings } = question;
  const answers = Object.values(settings).flatMap(({ votes }) => votes.map(([answer]) => answer));
  const text = [id, asked, gold ?? "", ...new Set(answers)].join("\n").toLowerCase();
  return { question, text };
}

/** Return the questions that pass, in order.
 *
 * @param rows questions with their texts
 * @param words all of which a question's text must have
 * @param filter name of one of FILTERS
 * @param setting whose votes count; that of any, where it is empty
 * @param order name of one of ORDERS
 */
function chosen(rows, { words, filter, setting, order }) {
  const passing = rows.filter(({ question, text }) => {
    const votes = votesOf(question, setting);
    return (
      votes.length > 0 &&
      FILTERS[filter](votes, question.settings[GREEDY]) &&
      words.every((word) => text.includes(word))
    );
  });
  const weighed = passing.map(({ question }) => ({
    question,
    weight: ORDERS[order](votesOf(question, setting), question),
  }));
  return weighed.sort((one, other) => one.weight - other.weight).map(({ question }) => question);
}

/** Return a question's votes in a setting or in all that vote; greedy's where nothing votes. */
function votesOf({ settings }, setting) {
  const names = setting ? [setting] : Object.keys(settings).filter((name) => name !== GREEDY);
  const votes = names.map((name) => settings[name]).filter(Boolean);
  return votes.length || setting || !settings[GREEDY] ? votes : [settings[GREEDY]];
}

function hasTexts({ won, lost, silent }) {
  return Boolean(won || lost || silent);
}

function hasAnyTexts({ settings }) {
  return Object.values(settings).some(hasTexts);
}
