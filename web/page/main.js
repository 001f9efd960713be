// The page: what it shows when, and what follows from each action.

import { Article } from "./article.js";
import { fillCard } from "./card.js";
import { MAX_BYTES, save, textOf, themed } from "./desk.js";
import { startEngine } from "./engine.js";
import { EXAMPLE } from "./files.js";
import { Review } from "./review.js";
import { percent, plural, verdict, visible } from "./words.js";

const $ = (id) => document.getElementById(id);

/** How long the slider rests before the text is read again, in milliseconds. */
const REST = 120;

/**
 * The text, its name, and what stands in the field for it; the review of it; what the engine knows; the number of the last
 * question to it.
 */
const state = { source: "", name: "article", shown: "", review: null, spinners: [], question: 0, isReady: false };
const say = (text) => ($("live").textContent = text);

function complain(text) {
  $("problem").textContent = text;
  $("problem").hidden = text === "";
}

// The engine.

const engine = startEngine((stage, share) => {
  $("stage").textContent = stage;
  $("progress").value = share;
});
engine.ready.then(
  ({ version, spinners, minConfidence, milliseconds }) => {
    Object.assign(state, { spinners, isReady: true });
    $("threshold").value = minConfidence.toFixed(2);
    document.documentElement.dataset.ready = Math.round(milliseconds);
    $("loading").hidden = true;
    $("version").textContent = version;
    say("Ready.");
  },
  (error) => {
    $("loading").hidden = true;
    complain(`The engine could not be started: ${error.message}. Reload the page to try again.`);
  },
);

const options = () => ({
  minConfidence: Number($("threshold").value),
  words: $("words").checked,
});

/** Reads the text under the options of now; an answer that a later question has overtaken is dropped. */
async function read(isAnnounced) {
  const source = state.source;
  const question = (state.question += 1);
  if (!state.isReady) say("The engine is still starting.");
  try {
    const found = await engine.restore(source, options());
    if (question !== state.question) return;
    complain("");
    state.review = new Review(source, found, state.review);
    present(isAnnounced);
  } catch (error) {
    complain(`The text could not be read: ${error.message}`);
  }
}

// Writing.

function take(text, name) {
  // Half a character cannot be written as UTF-8.
  const source = text.toWellFormed?.() ?? text;
  if (source.trim() === "") {
    complain("There is no text yet: paste an article, or try the example.");
    $("source").focus();
    return;
  }
  if (source.length > MAX_BYTES) {
    complain(`That is more than ${MAX_BYTES >> 20} MB: use the program for it (unspin clean).`);
    return;
  }
  Object.assign(state, { source, name, review: null });
  $("source").value = source;
  state.shown = $("source").value;
  read(true);
}

async function open(file) {
  try {
    take(await textOf(file), file.name.replace(/\.[^.]*$/, ""));
  } catch (error) {
    complain(error.message);
  }
}

/** Takes what stands in the field; the field has line ends of its own, so that a file left as it was is taken from before. */
function takeField() {
  const { value } = $("source");
  if (value !== "" && value === state.shown) take(state.source, state.name);
  else take(value, "article");
}

$("restore").addEventListener("click", takeField);
$("source").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) takeField();
});
$("source").addEventListener("paste", (event) => {
  const text = event.clipboardData.getData("text/plain");
  if ($("source").value !== "" || text.trim() === "") return;
  event.preventDefault();
  take(text, "article");
});
$("example").addEventListener("click", () => take(EXAMPLE, "example"));
$("open").addEventListener("click", () => $("file").click());
$("file").addEventListener("change", ({ target }) => {
  if (target.files[0]) open(target.files[0]);
  target.value = "";
});

const isDroppable = ({ dataTransfer: { types } }) => types.includes("Files") || types.includes("text/plain");
addEventListener("dragover", (event) => {
  if (!isDroppable(event)) return;
  event.preventDefault();
  $("drop").hidden = false;
});
addEventListener("dragleave", (event) => {
  if (event.relatedTarget === null) $("drop").hidden = true;
});
addEventListener("drop", (event) => {
  $("drop").hidden = true;
  if (!isDroppable(event)) return;
  event.preventDefault();
  const [file] = event.dataTransfer.files;
  if (file) open(file);
  else take(event.dataTransfer.getData("text/plain"), "article");
});

// Reading.

const article = new Article($("article"), { onChoose: look, onKey: press });

function present(isAnnounced) {
  const { review } = state;
  $("write").hidden = true;
  $("read").hidden = false;
  closeCard();
  article.draw(review);
  const { title, detail } = verdict(review.found, review.edits.length);
  $("verdict").textContent = title;
  $("verdict-detail").textContent = detail;
  $("evidence").hidden = (review.found.evidence ?? []).length === 0;
  $("evidence").querySelector("ol").replaceChildren(...(review.found.evidence ?? []).map(witness));
  count();
  if (!isAnnounced) return;
  scrollTo({ top: 0, behavior: "instant" });
  $("main").focus({ preventScroll: true });
  say(`${title}, ${detail}. ${plural(review.edits.length, "change")}.`);
}

function witness({ found, original }) {
  const item = document.createElement("li");
  item.textContent = `“${visible(found)}” for “${visible(original)}”`;
  return item;
}

function count() {
  const { review } = state;
  const rejected = review.rejectedCount;
  const text = plural(review.edits.length, "change");
  $("counts").textContent = rejected > 0 ? `${text}, ${rejected} rejected` : text;
  $("reset").hidden = review.decisions.size === 0;
  place();
  $("threshold-value").textContent = percent(Number($("threshold").value));
}

function place() {
  const all = state.review.edits.length;
  $("place").textContent = article.current === null ? plural(all, "change") : `${article.current + 1} of ${all}`;
  $("previous").disabled = $("next").disabled = all === 0;
}

/** Looks at a change: the card opens on it. */
function look(number, isFocused) {
  article.select(number, isFocused);
  $("card").hidden = false;
  fillCard($("card"), state.review, number, state.spinners, { reject, choose, close: () => closeCard(true) });
  place();
}

function closeCard(isFocused) {
  const { current } = article;
  $("card").hidden = true;
  article.select(null);
  if (state.review) place();
  if (isFocused && current !== null) article.marks[current].focus();
}

function walk(step) {
  const all = state.review.edits.length;
  if (all === 0) return;
  const from = article.current ?? (step > 0 ? -1 : 0);
  look((from + step + all) % all, true);
}

function reject(numbers, isRejected) {
  state.review.setRejected(numbers, isRejected);
  decided(numbers, isRejected ? "Rejected" : "Accepted");
}

function choose(number, word) {
  state.review.choose(number, word);
  decided([number], `“${visible(word)}” chosen`);
}

function decided(numbers, what) {
  const all = new Set(numbers.flatMap((number) => state.review.together(number)));
  all.forEach((number) => article.paint(number));
  if (article.current !== null) look(article.current, false);
  count();
  const edit = state.review.edits[numbers[0]];
  say(`${what}: ${visible(edit.from)} to ${visible(state.review.replacement(numbers[0]))}${all.size > 1 ? `, ${all.size} changes` : ""}.`);
}

/** A key pressed on a change; whether it meant something. */
function press(key) {
  const number = article.current ?? Number(document.activeElement.dataset.number);
  const keys = {
    ArrowRight: () => walk(1),
    ArrowLeft: () => walk(-1),
    Enter: () => {
      look(number, true);
      $("accept").focus();
    },
    " ": () => reject([number], !state.review.isRejected(number)),
    a: () => reject([number], false),
    r: () => reject([number], true),
    Escape: () => closeCard(true),
  };
  const action = keys[key.length === 1 ? key.toLowerCase() : key];
  action?.();
  return action !== undefined;
}

$("card").addEventListener("keydown", (event) => {
  if (event.key === "Escape") closeCard(true);
});
$("next").addEventListener("click", () => walk(1));
$("previous").addEventListener("click", () => walk(-1));
for (const input of document.querySelectorAll('[name="view"]')) input.addEventListener("change", () => article.view(input.value));
$("reset").addEventListener("click", () => {
  state.review.reset();
  article.view($("article").dataset.view);
  if (article.current !== null) look(article.current, false);
  count();
  say("All changes are accepted again.");
});

let resting;
$("threshold").addEventListener("input", () => {
  $("threshold-value").textContent = percent(Number($("threshold").value));
  clearTimeout(resting);
  resting = setTimeout(async () => {
    await read(false);
    say(plural(state.review.edits.length, "change"));
  }, REST);
});
$("words").addEventListener("change", async () => {
  await read(false);
  say(plural(state.review.edits.length, "change"));
});

$("edit").addEventListener("click", () => {
  // What is still being read is no longer asked for.
  clearTimeout(resting);
  state.question += 1;
  closeCard();
  $("read").hidden = true;
  $("write").hidden = false;
  $("source").focus();
  $("source").select();
});
$("copy").addEventListener("click", async () => {
  try {
    await navigator.clipboard.writeText(state.review.text);
    $("copy").textContent = "Copied";
    say("The restored text is on the clipboard.");
    setTimeout(() => ($("copy").textContent = "Copy"), 2000);
  } catch {
    complain("The browser does not let this page write to the clipboard: save the text instead.");
  }
});
$("save-text").addEventListener("click", () => save(`${state.name}.restored.txt`, state.review.text, "text/plain;charset=utf-8"));
$("save-edits").addEventListener("click", () => save(`${state.name}.edits.json`, state.review.json, "application/json"));

themed($("theme"));
$("article").dataset.view = "restored";

// Kept for the next time, and for a machine without a network.
navigator.serviceWorker?.register("sw.js").catch(() => undefined);
