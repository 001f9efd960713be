"use strict";
const element = (id) => document.getElementById(id);
const [find, spinner, show, order, below, all, only, rewrite, tip] =
  ["find", "spinner", "show", "order", "below", "all", "only", "rewrite", "tip"].map(element);
const data = JSON.parse(element("data").textContent);
const articles = [...document.querySelectorAll("#articles details")].map((element, number) => ({
  element,
  number,
  data: data.articles[number],
  text: element.querySelector(".text"),
  words: element.textContent.toLowerCase(),
}));
const doubts = [...document.querySelectorAll("#doubts li")].map((element, number) => ({
  element,
  data: data.doubts[number],
  words: element.textContent.toLowerCase(),
}));
const rewrites = [...document.querySelectorAll(".rewrites button")];
// What a rewrite was chosen for, as [from, to].
let wanted = null;

// Decisions. An edit is told from others by where it first stands; the same one may be seen in several places of the page.

const entry = (key) => data[key[0] === "a" ? "articles" : "doubts"][Number(key.slice(1).split(".")[0])];
const edit = (key) => entry(key).edits[Number(key.split(".")[1])];
const name = (key) => {
  const [file, record] = entry(key).places[0];
  const { start, end, to } = edit(key);
  return JSON.stringify([file, record, start, end, to, entry(key).field]);
};
const keys = new Map();
for (const { dataset } of document.querySelectorAll("#articles .edit, #doubts .edit")) {
  const own = name(dataset.k);
  if (!keys.has(own)) keys.set(own, new Set());
  keys.get(own).add(dataset.k);
}
const store = `unspin ${[...element("data").textContent].reduce((sum, c) => (Math.imul(sum, 31) + c.codePointAt(0)) | 0, 7)}`;
const decisions = new Map();
try {
  for (const [own, decision] of JSON.parse(localStorage.getItem(store) ?? "[]")) if (keys.has(own)) decisions.set(own, decision);
} catch {
  // A page without a store forgets when it is closed.
}

// The edits that go together with one, itself among them.
function together(key) {
  const { group } = edit(key);
  if (key[0] !== "a" || group === undefined || group === null) return [key];
  const article = key.split(".")[0];
  return entry(key).edits.flatMap((other, number) => (other.group === group ? [`${article}.${number}`] : []));
}

function decide(key, decision) {
  for (const own of together(key).map(name)) {
    if (decision) decisions.set(own, decision);
    else decisions.delete(own);
    paint(own);
  }
  remember();
}

function paint(own) {
  const decision = decisions.get(own);
  for (const key of keys.get(own) ?? []) {
    for (const shown of document.querySelectorAll(`[data-k="${key}"]`)) {
      shown.classList.toggle("accepted", decision === "accept");
      shown.classList.toggle("rejected", decision === "reject");
      if (decision) shown.setAttribute("aria-description", `${decision}ed`);
      else shown.removeAttribute("aria-description");
    }
  }
}

function remember() {
  const count = (wanted) => [...decisions.values()].filter((decision) => decision === wanted).length;
  element("decided").textContent = `${count("accept")} accepted, ${count("reject")} rejected`;
  element("export").disabled = decisions.size === 0;
  try {
    localStorage.setItem(store, JSON.stringify([...decisions]));
  } catch {
    // As above.
  }
}

// The decisions as `unspin apply` reads them: an edit a line, for every place where it stands.
function lines() {
  const out = new Map();
  for (const [own, decision] of decisions) {
    for (const key of keys.get(own)) {
      const { alternatives, ...known } = edit(key);
      const { field } = entry(key);
      for (const [file, record, start = known.start, end = known.end, group = known.group, group_size = known.group_size] of entry(key).places) {
        const line = { file, record, ...(field === null ? {} : { field }), ...known, start, end, decision };
        for (const [own, value] of Object.entries({ group, group_size })) if (value !== undefined && value !== null) line[own] = value;
        if (line.group === undefined || line.group === null) {
          delete line.group;
          delete line.group_size;
        }
        out.set(JSON.stringify([file, record, field, start, end, known.to]), line);
      }
    }
  }
  return [...out.values()].map((line) => `${JSON.stringify(line)}\n`).join("");
}

element("export").addEventListener("click", () => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([lines()], { type: "application/jsonl" }));
  link.download = "decisions.jsonl";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  element("exported").hidden = false;
});

element("accept-shown").addEventListener("click", () => {
  for (const shown of [...document.querySelectorAll("#articles details[open] .text .edit, #doubts .edit")]) {
    const hidden = shown.closest("details, li").hidden || shown.classList.contains("sure");
    if (!hidden && !decisions.has(name(shown.dataset.k))) decide(shown.dataset.k, "accept");
  }
});

// The tip.

let asked = null;
function explain(shown) {
  asked = shown;
  const { from, to, confidence, channel, spinner: by, entry: why, group, group_size: size, alternatives } = edit(shown.dataset.k);
  const old = Object.assign(document.createElement("del"), { textContent: from });
  const young = Object.assign(document.createElement("ins"), { textContent: to || "(nothing)" });
  element("tip-what").replaceChildren(old, " ", young, ` ${(100 * confidence).toFixed(0)} % sure, ${channel ?? by}`);
  const seen = why && (why.observed ? `seen ${why.observed} ${why.observed === 1 ? "time" : "times"}` : "by a group, never seen");
  const known = size > 1 && together(shown.dataset.k).length < size ? "which this page does not show" : "decided with it";
  const others = group === undefined || group === null ? "" : ` One of ${size} edits that go together, ${known}.`;
  element("tip-why").textContent = (why ? `${why.file}:${why.line}, ${seen}.` : "Follows from other edits, or mends damage.") + others;
  const rest = (alternatives ?? []).map(({ to, probability }) => `${to || "(nothing)"} ${(100 * probability).toFixed(0)} %`);
  element("tip-else").textContent = rest.length ? `Or: ${rest.join(", ")}` : "";
  tip.hidden = false;
  const at = shown.getClientRects()[0] ?? shown.getBoundingClientRect();
  const left = Math.max(8, Math.min(at.left, document.documentElement.clientWidth - tip.offsetWidth - 8));
  const isLow = at.bottom + tip.offsetHeight + 8 > innerHeight && at.top > tip.offsetHeight + 8;
  tip.style.left = `${left + scrollX}px`;
  tip.style.top = `${(isLow ? at.top - tip.offsetHeight - 6 : at.bottom + 6) + scrollY}px`;
}

function hush() {
  tip.hidden = true;
  asked = null;
}

// The edit that comes next in the page, or before.
function step(by) {
  const seen = [...document.querySelectorAll(".edit")].filter((shown) => shown.checkVisibility());
  const at = asked ? seen.indexOf(asked) + by : 0;
  const next = seen[Math.max(0, Math.min(seen.length - 1, at))];
  next?.focus();
  next?.scrollIntoView({ block: "center" });
}

function act(key) {
  if (!asked) return key === "n" ? (step(1), true) : false;
  const decision = { a: "accept", r: "reject", u: null }[key];
  if (decision !== undefined) decide(asked.dataset.k, decision);
  else if (key === "n" || key === "p") step(key === "n" ? 1 : -1);
  else if (key === "Escape") {
    const shown = asked;
    shown.focus();
    hush();
  } else return false;
  return true;
}

document.addEventListener("focusin", ({ target }) => {
  const shown = target.closest(".edit");
  if (shown) explain(shown);
  else if (!target.closest("#tip")) hush();
});
document.addEventListener("click", ({ target }) => {
  const shown = target.closest(".edit");
  if (shown) explain(shown);
  else if (!target.closest("#tip")) hush();
});
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select")) return;
  if ((event.key === "Enter" || event.key === " ") && event.target.closest(".edit")) {
    explain(event.target.closest(".edit"));
    element("accept").focus();
    event.preventDefault();
  } else if (act(event.key)) event.preventDefault();
});
for (const [id, key] of [["accept", "a"], ["reject", "r"], ["undo", "u"], ["close", "Escape"]]) {
  element(id).addEventListener("click", () => act(key));
}

// The texts.

// The paragraphs of a text, each a list of nodes.
function paragraphs(text) {
  const all = [[]];
  for (const node of text.cloneNode(true).childNodes) {
    if (node.nodeType !== Node.TEXT_NODE) {
      all.at(-1).push(node);
      continue;
    }
    node.data.split("\n").forEach((part, place) => {
      if (place > 0) all.push([]);
      if (part) all.at(-1).push(document.createTextNode(part));
    });
  }
  return all.filter((nodes) => nodes.length);
}

// The text twice, paragraph beside paragraph; only where somebody looks.
function split({ element, text }) {
  if (!element.open || show.value !== "side" || text.nextSibling) return;
  const sides = document.createElement("div");
  sides.className = "sides";
  for (const nodes of paragraphs(text)) {
    const first = document.createElement("p");
    first.append(...nodes);
    sides.append(first, first.cloneNode(true));
  }
  text.after(sides);
}

// Places of a word in what an article shows, read once as it was before and once as it is after: [node, from, node, to].
function places(root, word) {
  const out = new Map();
  for (const skipped of ["del", "ins"]) {
    const nodes = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const starts = [];
    let text = "";
    while (nodes.nextNode()) {
      const node = nodes.currentNode;
      if (node.parentElement.closest(skipped)) continue;
      const lower = node.data.toLowerCase();
      starts.push([text.length, node]);
      text += lower.length === node.data.length ? lower : node.data;
    }
    const spot = (at, isEnd) => {
      let number = starts.findIndex(([start, node]) => at < start + node.data.length + (isEnd ? 1 : 0));
      if (number < 0) number = starts.length - 1;
      return [starts[number][1], at - starts[number][0]];
    };
    for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
      const [node, from] = spot(at, false);
      const ends = out.get(node) ?? new Map();
      ends.set(from, spot(at + word.length, true));
      out.set(node, ends);
    }
  }
  return [...out].flatMap(([node, ends]) => [...ends].map(([from, [last, to]]) => [node, from, last, to]));
}

const MOST = 2000;
let found = [];
let current = -1;
function search() {
  const word = find.value.trim().toLowerCase();
  [found, current] = [[], -1];
  for (const { element, text } of word ? [...document.querySelectorAll("#articles details")].map((e) => articles.find((a) => a.element === e)) : []) {
    if (element.hidden || found.length >= MOST) continue;
    const root = show.value === "side" && text.nextSibling ? text.nextSibling : text;
    for (const [node, from, last, to] of places(root, word)) {
      const isShown = [node, last].every((n) => getComputedStyle(n.parentElement).display !== "none");
      if (!isShown) continue;
      const range = new Range();
      range.setStart(node, from);
      range.setEnd(last, to);
      found.push({ element, range });
    }
  }
  found.sort((a, b) => a.range.compareBoundaryPoints(Range.START_TO_START, b.range));
  light();
}

function light() {
  element("place").textContent = find.value.trim() ? (found.length ? `${current + 1} of ${found.length}` : "nowhere") : "";
  if (!window.Highlight) return;
  CSS.highlights.set("found", new Highlight(...found.map(({ range }) => range)));
  CSS.highlights.set("current", new Highlight(...found.slice(Math.max(current, 0), current + 1).map(({ range }) => range)));
}

function jump(by) {
  if (!found.length) return;
  current = (current + by + found.length) % found.length;
  const { element, range } = found[current];
  element.open = true;
  const at = range.startContainer.parentElement;
  at.scrollIntoView({ block: "center" });
  const { top } = range.getBoundingClientRect();
  if (top) scrollBy(0, top - innerHeight / 2);
  light();
}

const has = ({ edits }) => !wanted || edits.some(({ from, to }) => from.toLowerCase() === wanted[0] && to.toLowerCase() === wanted[1]);

function update() {
  const word = find.value.trim().toLowerCase();
  const limit = Number(below.value);
  let shown = 0;
  for (const article of articles) {
    const { element, words, data } = article;
    // Only articles with an edit that is less sure than the limit are of interest.
    const unsure = limit >= 1 || data.edits.some(({ confidence }) => confidence < limit);
    const isIn = words.includes(word) || (word && places(article.text, word).length > 0);
    element.hidden = !(isIn && (!spinner.value || element.dataset.spinner === spinner.value) && unsure && has(data));
    shown += !element.hidden;
    split(article);
    for (const way of ["before", "after", "side"]) element.classList.toggle(way, show.value === way);
  }
  for (const { element, words, data } of doubts) {
    element.hidden = !(words.includes(word) && data.edits[0].confidence < Math.max(limit, limit >= 1 ? 2 : 0) && has(data));
  }
  for (const shown of document.querySelectorAll(".edit")) {
    const own = edit(shown.dataset.k);
    shown.classList.toggle("sure", limit < 1 && own.confidence >= limit);
    shown.classList.toggle("wanted", wanted !== null && has({ edits: [own] }));
  }
  element("limit").textContent = limit < 1 ? limit.toFixed(2) : "any";
  element("count").textContent = `${shown} of ${articles.length} shown`;
  search();
}

function sort() {
  const least = order.value === "least";
  const by = least ? (a, b) => a.element.dataset.least - b.element.dataset.least : (a, b) => a.number - b.number;
  element("articles").append(...[...articles].sort(by).map(({ element }) => element));
  const list = element("doubts");
  if (list) element("articles")[least ? "before" : "after"](list);
}

function want(button) {
  wanted = button && [button.dataset.from, button.dataset.to];
  for (const other of rewrites) other.setAttribute("aria-pressed", String(other === button));
  only.hidden = !wanted;
  only.textContent = wanted ? `only ${wanted[0]} \u2192 ${wanted[1] || "(nothing)"} \u00d7` : "";
  update();
  if (!wanted) return;
  const first = articles.find(({ element }) => !element.hidden);
  if (first) first.element.open = true;
  const place = [...document.querySelectorAll(".wanted")].find((shown) => shown.checkVisibility());
  (place ?? element("review")).scrollIntoView({ block: "center" });
}

if (innerWidth > 1000) show.value = "side";
for (const control of [find, spinner, show, below]) control.addEventListener("input", update);
order.addEventListener("input", () => {
  sort();
  update();
});
for (const article of articles) {
  article.element.addEventListener("toggle", () => {
    if (!article.element.open || show.value !== "side") return;
    split(article);
    decisions.forEach((_, own) => paint(own));
    update();
  });
}
element("next").addEventListener("click", () => jump(1));
element("back").addEventListener("click", () => jump(-1));
find.addEventListener("keydown", (event) => {
  if (event.key === "Enter") jump(event.shiftKey ? -1 : 1);
});
all.addEventListener("click", () => {
  const open = all.textContent === "open all";
  for (const { element } of articles) element.open = open;
  all.textContent = open ? "close all" : "open all";
});
for (const button of rewrites) {
  button.addEventListener("click", () => want(button.getAttribute("aria-pressed") === "true" ? null : button));
}
only.addEventListener("click", () => want(null));
rewrite.addEventListener("input", () => {
  const word = rewrite.value.trim().toLowerCase();
  for (const button of rewrites) button.closest("tr").hidden = !button.textContent.toLowerCase().includes(word);
});
document.querySelector("form").addEventListener("submit", (event) => event.preventDefault());
sort();
update();
decisions.forEach((_, own) => paint(own));
remember();
