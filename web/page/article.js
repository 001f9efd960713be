// The text with its changes: drawn once for each reading, then repainted change by change.

import { percent, visible } from "./words.js";

/** Where the engine is less sure than this, a change is underlined, not filled. */
const SURE = 0.85;

export class Article {
  /** `onChoose(number)` is called with the change that was clicked or walked to; `onKey(key)` with a key pressed on it. */
  constructor(element, { onChoose, onKey }) {
    this.element = element;
    this.marks = [];
    this.current = null;
    element.addEventListener("click", (event) => {
      const mark = event.target.closest(".change");
      if (mark) onChoose(Number(mark.dataset.number), true);
    });
    element.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || !event.target.closest(".change")) return;
      if (onKey(event.key)) event.preventDefault();
    });
  }

  draw(review) {
    this.review = review;
    this.current = null;
    const all = document.createDocumentFragment();
    this.marks = [];
    for (const piece of review.pieces()) {
      if (typeof piece === "string") {
        all.append(piece);
        continue;
      }
      const mark = document.createElement("span");
      mark.className = "change";
      mark.dataset.number = piece;
      mark.setAttribute("role", "button");
      mark.append(document.createElement("del"), document.createElement("ins"));
      this.marks.push(mark);
      this.paint(piece);
      all.append(mark);
    }
    this.element.replaceChildren(all);
    this.#stop(0);
  }

  /** One change anew. */
  paint(number) {
    const { review, marks } = this;
    const edit = review.edits[number];
    const mark = marks[number];
    const isRejected = review.isRejected(number);
    const to = isRejected ? edit.from : review.replacement(number);
    mark.classList.toggle("rejected", isRejected);
    mark.classList.toggle("unsure", edit.confidence < SURE);
    const [before, after] = mark.children;
    show(before, edit.from);
    show(after, to);
    before.hidden = isRejected && this.element.dataset.view !== "original";
    const now = isRejected ? `rejected, stays ${visible(edit.from)}` : `accepted`;
    mark.setAttribute("aria-label", `${visible(to)}, was ${visible(edit.from)}, ${percent(edit.confidence)} sure, ${now}`);
  }

  /** Shows the text restored, both ways, or as it was. */
  view(name) {
    this.element.dataset.view = name;
    this.marks.forEach((_, number) => this.paint(number));
  }

  /** Makes a change the one that is looked at; none with `null`. */
  select(number, isFocused) {
    for (const mark of this.element.querySelectorAll("[aria-current], .together")) {
      mark.removeAttribute("aria-current");
      mark.classList.remove("together");
    }
    this.current = number;
    if (number === null) return;
    const mark = this.marks[number];
    mark.setAttribute("aria-current", "true");
    for (const other of this.review.together(number)) this.marks[other].classList.add("together");
    this.#stop(number);
    if (isFocused) mark.focus({ preventScroll: true });
    mark.scrollIntoView({ block: "nearest" });
  }

  /** Tab stops at one change; the arrows walk from there. */
  #stop(number) {
    for (const mark of this.element.querySelectorAll('[tabindex="0"]')) mark.tabIndex = -1;
    const mark = this.marks[number];
    if (mark) mark.tabIndex = 0;
  }
}

/** Words as they are, or a sign for what does not show; a sliver of colour stands for nothing at all. */
function show(element, words) {
  element.textContent = words === "" || words.trim() !== "" ? words : visible(words);
  element.className = words === "" ? "none" : "";
}
