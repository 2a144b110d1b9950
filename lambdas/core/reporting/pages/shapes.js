// What the page carries, elements made of it, and figures as the tables show them.

const page = JSON.parse(document.getElementById("report").textContent);
const GREEDY = "greedy";
const greedy = page.settings.find((each) => each.setting === GREEDY);
const voting = page.settings.filter((each) => each.setting !== GREEDY);

/** Tell whether a member is there: JSON may leave it out or say null. */
function known(value) {
  return value !== null && value !== undefined;
}

/** Return a new element. Children are elements or text: text is never read as markup. */
function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.filter((child) => child !== null));
  return element;
}

function percent(share) {
  return `${(100 * share).toFixed(2)}%`;
}

function counted(number, noun) {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}

/** Return an amount in dollars: cents, or two digits of less than a dollar. */
function usd(amount) {
  if (amount === 0) return "$0";
  return `$${amount >= 1 ? amount.toFixed(2) : Number(amount.toPrecision(2))}`;
}

/** Return the unit that suits times up to this many seconds. */
function timeUnit(seconds) {
  if (seconds >= 2 * 3600) return { name: "hours", seconds: 3600 };
  return seconds >= 120 ? { name: "minutes", seconds: 60 } : { name: "seconds", seconds: 1 };
}
