#!/usr/bin/env python3
"""Spun pages that are damaged, too: how many are detected, and how much of their wording comes back.

    cargo build --release && python3 examples/damaged_pages.py [--clean target/release/unspin] [--words]

Damages the pages of ../shared/pages by every kind of character damage at rate 1 and by OCR errors at rate 0.5
(../shared/eval/mangle.py, one seed), restores them with `unspin clean` and judges them with ../shared/eval/score.py
against the undamaged spun text. Standard library only."""
import argparse
import json
import pathlib
import random
import subprocess
import sys
import tempfile

SHARED = pathlib.Path(__file__).resolve().parents[2] / "shared"
sys.path.insert(0, str(SHARED / "eval"))
import mangle  # noqa: E402
import score  # noqa: E402

CHARACTERS = [
    "invisible", "softhyphen", "styled", "ligatures", "entities", "entities2", "nfkc", "homoglyphs", "mojibake", "mojibake2",
]
RATES = {"none": 0.0, **dict.fromkeys(CHARACTERS, 1.0), "ocr": 0.5}


def damaged(kind, rate, seed, page):
    """The spun text of a page after a kind of damage, and the same before it."""
    text = page["spun"]
    if kind == "none":
        return text, text
    # What a text without curly quotes shows nothing of needs some.
    if kind in mangle.CURLY:
        text = mangle.curl(text)
    return mangle.KINDS[kind](random.Random(f"{seed}/{page['id']}"), text, rate), text


def restored(clean, texts, only):
    """What `unspin clean` makes of texts, with what it says of them."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = pathlib.Path(folder, "in.jsonl"), pathlib.Path(folder, "out.jsonl")
        source.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts), encoding="utf-8")
        command = [*clean, "--annotate", "--quiet", "--only", only, "-o", str(target), str(source)]
        subprocess.run(command, check=True)
        return [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--clean", default="target/release/unspin clean", help="the command to measure")
    arguments.add_argument("--pages", default=str(SHARED / "pages" / "dev.jsonl"))
    arguments.add_argument("--kinds", default=",".join(RATES))
    arguments.add_argument("--only", default="characters,spun", help="channels; those of OCR damage are characters,words,ocr,spun")
    arguments.add_argument("--seed", default="1")
    given = arguments.parse_args()
    pages = [json.loads(line) for line in open(given.pages, encoding="utf-8")]
    for kind in given.kinds.split(","):
        only = "characters,words,ocr,spun" if kind == "ocr" else given.only
        texts = [damaged(kind, RATES.get(kind, 1.0), given.seed, page) for page in pages]
        records = restored(given.clean.split(), [text for text, _ in texts], only)
        tally = score.Tally()
        for page, (_, before), record in zip(pages, texts, records):
            tally.add(before, page["orig"], record["text"])
        detected = sum(record["unspin"]["spun"] >= 0.5 for record in records)
        touched = sum(text != before for text, before in texts)
        figures = tally.figures()
        print(f"{kind:11} damaged {touched:3} of {len(pages)}  detected {detected:3}  "
              f"error reduction {figures['error_reduction']:.3f}  precision {figures['precision']:.3f}", flush=True)


if __name__ == "__main__":
    main()
