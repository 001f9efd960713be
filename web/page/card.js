// The card of one change: what, why, how sure, what else; and the decision.

import { percent, plural, reason, visible } from "./words.js";

/** Makes an element with attributes and children. */
function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value);
  }
  element.append(...children);
  return element;
}

/** Fills the card. `decide` has `reject(numbers, yes)`, `choose(number, word)` and `close()`. */
export function fillCard(card, review, number, spinners, decide) {
  const edit = review.edits[number];
  const isRejected = review.isRejected(number);
  const focused = card.contains(document.activeElement) ? document.activeElement.id : null;
  card.replaceChildren(
    make("h2", { id: "card-title" }, make("del", {}, visible(edit.from)), " → ", make("ins", {}, visible(review.replacement(number)))),
    make("button", { type: "button", class: "quiet close", id: "close", "aria-label": "Close", onclick: decide.close }, "✕"),
    make("p", {}, reason(edit, spinners)),
    confidence(edit),
    decision(isRejected, (yes) => decide.reject([number], yes)),
    ...likewise(review, number, isRejected, decide),
    ...alternatives(review, number, decide),
    ...origin(edit),
  );
  if (focused) card.querySelector(`#${CSS.escape(focused)}`)?.focus();
}

function confidence(edit) {
  const meter = make("meter", { min: 0, max: 1, low: 0.65, high: 0.85, optimum: 1, value: edit.confidence, "aria-labelledby": "sure-label" });
  return make("div", { class: "sure" }, make("span", { id: "sure-label" }, "Sure"), meter, make("b", {}, percent(edit.confidence)));
}

function decision(isRejected, reject) {
  const button = (id, label, yes) =>
    make("button", { type: "button", id, "aria-pressed": String(isRejected === yes), onclick: () => reject(yes) }, label);
  return make("div", { class: "decide", role: "group", "aria-label": "Decision" }, button("accept", "Accept", false), button("reject", "Reject", true));
}

/** Changes that go together with this one, and others of the same words. */
function likewise(review, number, isRejected, decide) {
  const out = [];
  const together = review.together(number).length - 1;
  if (together > 0) out.push(make("p", { class: "source" }, `Goes together with ${plural(together, "other change")}: all or none.`));
  const alike = review.alike(number).filter((other) => review.isRejected(other) === isRejected);
  if (alike.length > 1) {
    const label = `${isRejected ? "Accept" : "Reject"} all ${alike.length} of these words`;
    out.push(make("button", { type: "button", id: "alike", class: "quiet more", onclick: () => decide.reject(alike, !isRejected) }, label));
  }
  return out;
}

function alternatives(review, number, decide) {
  const edit = review.edits[number];
  const others = edit.alternatives ?? [];
  if (others.length === 0) return [];
  const chosen = review.replacement(number);
  const choice = ({ to, probability }, place) => {
    const input = make("input", { type: "radio", name: "choice", id: `choice-${place}`, onchange: () => decide.choose(number, to) });
    input.checked = to === chosen;
    return make("label", {}, input, make("span", {}, visible(to)), make("span", { class: "odds" }, percent(probability)));
  };
  const all = [{ to: edit.to, probability: edit.confidence }, ...others];
  return [make("h3", { id: "choices-title" }, "It could also be"), make("div", { class: "choices", role: "radiogroup", "aria-labelledby": "choices-title" }, ...all.map(choice))];
}

function origin({ entry, channel }) {
  return [make("h3", {}, "Entry"), make("p", { class: "source" }, entry ? `${entry.file}, line ${entry.line}` : `none: by the rule for ${channel}`)];
}
