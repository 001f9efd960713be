// How the page says things: reasons, numbers, and characters that do not show.

/** What each kind of damage is, by the name of its channel. */
const DAMAGE = {
  mojibake: "These characters are others that were read in the wrong encoding.",
  entity: "A character reference of HTML stands here as text.",
  invisible: "Characters stand here that nobody sees.",
  "soft-hyphen": "Hyphens that only show at the end of a line stand inside of the word.",
  styled: "The letters are symbols that look like letters.",
  ligature: "Joined letters stand here as one character.",
  compatibility: "The characters have a plainer form.",
  homoglyph: "Letters of another alphabet stand here, since they look the same.",
  "letter-spaced": "The letters of the word are set apart.",
  "line-hyphen": "The word was cut at the end of a line.",
  "hard-wrap": "The line was broken within a sentence.",
  "long-s": "A long s was read as an f.",
  leet: "Digits stand here for letters.",
  "lost-ligature": "Joined letters were lost.",
  split: "The word was torn in two.",
  joined: "Words ran into each other.",
};

/** A probability as people read it; never rounded up to certainty. */
export function percent(probability) {
  const value = probability > 0.5 ? Math.floor(probability * 100) : Math.ceil(probability * 100);
  return `${Math.min(99, Math.max(1, value))} %`;
}

export const plural = (count, one, many = `${one}s`) => `${count.toLocaleString("en")} ${count === 1 ? one : many}`;

/** Words as they are shown: what has no width is named. */
export function visible(words) {
  if (words === "") return "nothing";
  const named = words.replace(/[\u00ad\u200b-\u200f\u2060\ufeff]/g, (c) => `⟨U+${c.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}⟩`);
  return named.trim() === "" ? named.replaceAll("\n", "⏎").replaceAll(" ", "␣") : named.replaceAll("\n", "⏎");
}

/** Why an edit was made, in a sentence or two. */
export function reason(edit, spinners) {
  if (!spinners.includes(edit.channel) && edit.channel in DAMAGE) return DAMAGE[edit.channel];
  const from = visible(edit.from);
  if (!edit.entry) {
    return edit.group === undefined || edit.group === null
      ? `“${from}” follows from the words beside it.`
      : "Only makes sense together with the changes beside it.";
  }
  const seen = edit.entry.observed > 0 ? ` That was seen ${edit.entry.observed === 1 ? "once" : `${edit.entry.observed.toLocaleString("en")} times`} on pages beside their originals.` : " The two stand in one group of its synonyms.";
  return `The spinner “${edit.channel}” writes “${from}” where others write “${visible(edit.to)}”.${seen}`;
}

/** What the whole text is, in a line. */
export function verdict(found, count) {
  const damage = Object.keys(found.damage ?? {});
  if (found.spinner) return { title: `Spun by “${found.spinner}”`, detail: `${percent(found.spun)} sure` };
  if (damage.length > 0) return { title: "Damaged, not spun", detail: damage.join(", ") };
  if (count > 0) return { title: "Mended", detail: `not spun: ${percent(1 - found.spun)} sure` };
  return { title: "Nothing to restore", detail: `not spun: ${percent(1 - found.spun)} sure` };
}
