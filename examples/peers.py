#!/usr/bin/env python3
"""What others make of damaged text, judged as `unspin` is: error reduction and precision by kind, clean texts changed.

    python3 -m venv venv && venv/bin/pip install ftfy plsfix symspellpy
    venv/bin/python examples/peers.py [--records N]

ftfy (with and without its option for curly quotes) and plsfix read the kinds of character damage of
../shared/damaged/mangled.jsonl, SymSpell by word and by compound its kinds of damaged words. The clean texts are the
undamaged records of the same file."""
import argparse
import json
import pathlib
import re
import sys
import time

import ftfy
import plsfix
import symspellpy

SHARED = pathlib.Path(__file__).resolve().parents[2] / "shared"
sys.path.insert(0, str(SHARED / "eval"))
import score  # noqa: E402

CHARACTERS = ["mojibake", "mojibake2", "entities", "entities2", "homoglyphs", "styled", "invisible", "softhyphen", "ligatures", "nfkc"]
WORDS = ["ocr", "dropped", "swapped", "split", "joined", "all_joined"]


def symspell():
    speller = symspellpy.SymSpell(max_dictionary_edit_distance=2, prefix_length=7)
    folder = pathlib.Path(symspellpy.__file__).parent
    speller.load_dictionary(str(folder / "frequency_dictionary_en_82_765.txt"), 0, 1)
    speller.load_bigram_dictionary(str(folder / "frequency_bigramdictionary_en_243_342.txt"), 0, 2)
    closest = symspellpy.Verbosity.CLOSEST

    def by_word(text):
        def best(match):
            found = speller.lookup(match[0], closest, 2, include_unknown=True, transfer_casing=True)
            return found[0].term
        return re.sub(r"[A-Za-z]{2,}", best, text)

    def compound(text):
        # A line at a time: the whole of a text is one row of words to it.
        lines = (speller.lookup_compound(line, 2, transfer_casing=True)[0].term if line.strip() else line for line in text.split("\n"))
        return "\n".join(lines)

    return {"SymSpell by word": by_word, "SymSpell compound": compound}


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--records", type=int, default=12, help="records of each kind")
    given = arguments.parse_args()
    kinds = {}
    with open(SHARED / "damaged" / "mangled.jsonl", encoding="utf-8") as lines:
        for record in map(json.loads, lines):
            kinds.setdefault(record["kind"], []).append(record)
    fixers = {"ftfy": ftfy.fix_text, "ftfy, quotes left": lambda text: ftfy.fix_text(text, uncurl_quotes=False), "plsfix": plsfix.fix_text}
    for fixes, names in ((fixers, CHARACTERS), (symspell(), WORDS)):
        for name, fix in fixes.items():
            words, seconds, shown = 0, 0.0, []
            for kind in [*names, "none"]:
                tally, changed = score.Tally(), 0
                for record in kinds[kind][: given.records]:
                    start = time.process_time()
                    text = fix(record["spun"])
                    seconds += time.process_time() - start
                    words += len(record["spun"].split())
                    changed += text != record["spun"]
                    tally.add(record["spun"], record["orig"], text)
                figures = tally.figures()
                shown.append(f"clean changed {changed}/{min(given.records, len(kinds[kind]))}" if kind == "none"
                             else f"{kind} {figures['error_reduction']:.2f}/{figures['precision']:.2f}")
            print(f"{name}: {', '.join(shown)}; {words / seconds:.0f} words a second", flush=True)


if __name__ == "__main__":
    main()
