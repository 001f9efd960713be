// Decisions, without a browser.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Review } from "../page/review.js";
import { percent, visible } from "../page/words.js";

/** A review of a source in which each `[from, to, extra]` is an edit, in their order. */
function review(source, ...changes) {
  const bytes = (text) => new TextEncoder().encode(text).length;
  let from = 0;
  const edits = changes.map(([word, to, extra]) => {
    const at = source.indexOf(word, from);
    from = at + word.length;
    return { start: bytes(source.slice(0, at)), end: bytes(source.slice(0, from)), to, confidence: 0.9, channel: "folks", entry: null, ...extra };
  });
  return new Review(source, { spun: 1, spinner: "folks", edits });
}

test("offsets are bytes of the source, whatever its letters", () => {
  for (const [source, expected] of [
    ["Zürich’s 🙂 home stays", "Zürich’s 🙂 house stays"],
    ["\ufeffthe home\r\n", "\ufeffthe house\r\n"],
    ["home", "house"],
  ]) {
    const made = review(source, ["home", "house"]);
    assert.equal(made.text, expected);
    assert.equal(made.edits[0].from, "home");
    made.setRejected([0], true);
    assert.equal(made.text, source);
  }
});

test("a group is rejected and accepted as one", () => {
  const made = review("a lone home, a big home", ["a", "b", { group: 1 }], ["home", "house", { group: 1 }], ["home", "house"]);
  made.setRejected([1], true);
  assert.equal(made.text, "a lone home, a big house");
  assert.deepEqual([0, 1, 2].map((number) => made.isRejected(number)), [true, true, false]);
  made.setRejected([0], false);
  assert.equal(made.text, "b lone house, a big house");
  assert.deepEqual(made.alike(2), [1, 2]);
});

test("another wording is taken, exported and accepted by that", () => {
  const made = review("the home", ["home", "house", { alternatives: [{ to: "hall", probability: 0.05 }] }]);
  made.setRejected([0], true);
  made.choose(0, "hall");
  assert.equal(made.text, "the hall");
  const [edit] = JSON.parse(made.json).edits;
  assert.deepEqual([edit.start, edit.end, edit.from, edit.to, edit.decision], [4, 8, "home", "hall", "accept"]);
});

test("decisions outlive another reading of the same text, and no other text", () => {
  const first = review("the home", ["home", "house"]);
  first.setRejected([0], true);
  const again = new Review("the home", first.found, first);
  assert.equal(again.text, "the home");
  assert.equal(new Review("the  home", { edits: [{ start: 5, end: 9, to: "house" }] }, first).text, "the  house");
});

test("what does not show is named, and nothing is certain", () => {
  assert.equal(visible("a\u00adb\u200b"), "a⟨U+00AD⟩b⟨U+200B⟩");
  assert.equal(visible(""), "nothing");
  assert.equal(visible("\n"), "⏎");
  assert.deepEqual([1, 0.999, 0.655, 0].map(percent), ["99 %", "99 %", "65 %", "1 %"]);
});
