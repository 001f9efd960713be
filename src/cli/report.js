"use strict";
const element = (id) => document.getElementById(id);
const [find, spinner, show, below, all] = ["find", "spinner", "show", "below", "all"].map(element);
const articles = [...document.querySelectorAll("details")].map((element) => ({
  element,
  text: element.textContent.toLowerCase(),
  edits: [...element.querySelectorAll(".edit")],
}));

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
function split(article) {
  const text = article.element.querySelector(".text");
  if (!article.element.open || show.value !== "side" || text.nextSibling) return;
  const sides = document.createElement("div");
  sides.className = "sides";
  for (const nodes of paragraphs(text)) {
    const first = document.createElement("p");
    first.append(...nodes);
    const second = first.cloneNode(true);
    sides.append(first, second);
  }
  text.after(sides);
  article.edits.push(...sides.querySelectorAll(".edit"));
}

function update() {
  const word = find.value.trim().toLowerCase();
  const limit = Number(below.value);
  let shown = 0;
  for (const article of articles) {
    const { element, text, edits } = article;
    // Only articles with an edit that is less sure than the limit are of interest.
    const unsure = limit >= 1 || edits.some((edit) => Number(edit.dataset.c) < limit);
    const fits = text.includes(word) && (!spinner.value || element.dataset.spinner === spinner.value) && unsure;
    element.hidden = !fits;
    shown += fits;
    split(article);
    for (const edit of edits) edit.classList.toggle("sure", limit < 1 && Number(edit.dataset.c) >= limit);
    for (const way of ["before", "after", "side"]) element.classList.toggle(way, show.value === way);
  }
  document.getElementById("limit").textContent = limit < 1 ? limit.toFixed(2) : "any";
  document.getElementById("count").textContent = `${shown} of ${articles.length} shown`;
}

if (innerWidth > 1000) show.value = "side";
for (const control of [find, spinner, show, below]) control.addEventListener("input", update);
for (const article of articles) article.element.addEventListener("toggle", update);
all.addEventListener("click", () => {
  const open = all.textContent === "open all";
  for (const { element } of articles) element.open = open;
  all.textContent = open ? "close all" : "open all";
});
for (const rewrite of document.querySelectorAll(".rewrites button")) {
  rewrite.addEventListener("click", () => {
    find.value = rewrite.textContent;
    update();
    find.scrollIntoView({ block: "center" });
  });
}
document.querySelector("form").addEventListener("submit", (event) => event.preventDefault());
update();
