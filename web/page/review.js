// What a person decides about the edits of a text: pure, so that it is tested without a browser.
//
// Offsets of edits are bytes of the source in UTF-8, as in docs/json.md; texts here are JavaScript strings.

const encoder = new TextEncoder();
// A mark of byte order is part of the text.
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** What names an edit from one reading of a text to the next. */
const nameOf = (edit) => `${edit.start}-${edit.end}-${edit.from}-${edit.to}`;

/** A text, what the engine found in it, and what was decided of that. */
export class Review {
  /** The decisions of an earlier review of the same text are kept, where the same edit is found again. */
  constructor(source, found, earlier = null) {
    this.source = source;
    this.bytes = encoder.encode(source);
    this.found = found;
    this.edits = found.edits.map((edit) => ({ ...edit, from: this.slice(edit.start, edit.end) }));
    this.decisions = new Map(earlier?.source === source ? earlier.decisions : []);
  }

  slice(start, end) {
    return decoder.decode(this.bytes.subarray(start, end));
  }

  /** The numbers of the edits that are made together with this one. */
  together(number) {
    const { group } = this.edits[number];
    if (group === undefined || group === null) return [number];
    return this.#numbers((edit) => edit.group === group);
  }

  /** The numbers of the edits with the same words before and after. */
  alike(number) {
    const { from, to } = this.edits[number];
    return this.#numbers((edit) => edit.from === from && edit.to === to);
  }

  #numbers(test) {
    return this.edits.flatMap((edit, number) => (test(edit) ? [number] : []));
  }

  isRejected(number) {
    return this.decisions.get(nameOf(this.edits[number]))?.rejected ?? false;
  }

  /** What stands in the text if the edit is made: the engine's word, or another that was chosen. */
  replacement(number) {
    return this.decisions.get(nameOf(this.edits[number]))?.to ?? this.edits[number].to;
  }

  #decide(number, change) {
    const name = nameOf(this.edits[number]);
    this.decisions.set(name, { ...this.decisions.get(name), ...change });
  }

  /** Accepts or rejects edits, each with all that only make sense together with it. */
  setRejected(numbers, rejected) {
    for (const number of numbers.flatMap((one) => this.together(one))) this.#decide(number, { rejected });
  }

  /** Takes another word in place of the engine's; that accepts the edit. */
  choose(number, to) {
    this.setRejected([number], false);
    this.#decide(number, { to });
  }

  reset() {
    this.decisions.clear();
  }

  get rejectedCount() {
    return this.edits.filter((_, number) => this.isRejected(number)).length;
  }

  /** Source text and edits in their order: strings and numbers of edits. */
  *pieces() {
    let at = 0;
    for (const [number, { start, end }] of this.edits.entries()) {
      if (start > at) yield this.slice(at, start);
      yield number;
      at = end;
    }
    if (at < this.bytes.length) yield this.slice(at, this.bytes.length);
  }

  /** The text with the edits that were not rejected. */
  get text() {
    let out = "";
    for (const piece of this.pieces()) {
      if (typeof piece === "string") out += piece;
      else out += this.isRejected(piece) ? this.edits[piece].from : this.replacement(piece);
    }
    return out;
  }

  /** The documented JSON: each edit with its decision, as `unspin apply --edits` takes it. */
  get json() {
    const { edits: _, source: _s, text: _t, ...verdict } = this.found;
    const edits = this.edits.map((edit, number) => {
      const { start, end, from, to, ...rest } = edit;
      return { start, end, from, to: this.replacement(number), ...rest, decision: this.isRejected(number) ? "reject" : "accept" };
    });
    return `${JSON.stringify({ ...verdict, edits }, null, 1)}\n`;
  }
}
