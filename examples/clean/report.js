"use strict";
const find = document.getElementById("find");
const spinner = document.getElementById("spinner");
const show = document.getElementById("show");
const below = document.getElementById("below");
const articles = [...document.querySelectorAll("details")].map((element) => ({
  element,
  text: element.textContent.toLowerCase(),
  edits: [...element.querySelectorAll(".edit")],
}));

function update() {
  const word = find.value.trim().toLowerCase();
  const limit = Number(below.value);
  let shown = 0;
  for (const { element, text, edits } of articles) {
    // Only articles with an edit that is less sure than the limit are of interest.
    const unsure = limit >= 1 || edits.some((edit) => Number(edit.dataset.c) < limit);
    const fits = text.includes(word) && (!spinner.value || element.dataset.spinner === spinner.value) && unsure;
    element.hidden = !fits;
    shown += fits;
    for (const edit of edits) edit.classList.toggle("sure", limit < 1 && Number(edit.dataset.c) >= limit);
    element.classList.toggle("before", show.value === "before");
    element.classList.toggle("after", show.value === "after");
  }
  document.getElementById("limit").textContent = limit.toFixed(2);
  document.getElementById("count").textContent = `${shown} of ${articles.length} shown`;
}
for (const control of [find, spinner, show, below]) control.addEventListener("input", update);
document.querySelector("form").addEventListener("submit", (event) => event.preventDefault());
update();
