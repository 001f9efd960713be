"""A language model in place of the embedded one: by its name, or from a file; read once a process."""

from __future__ import annotations

import copy
import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import RESTORED, ROOT, SHORT, need

import unspin
from unspin import OptionError, Unspin

EMBEDDED = ROOT / "dictionaries" / "context" / "news.ngram"


def test_the_large_model(pages: list[dict[str, Any]]) -> None:
    need("unspin_model_large")
    large = Unspin(model="large")
    assert large.version != unspin.VERSION and repr(large) == 'Unspin(model="large")'
    assert large.restore(SHORT).text == RESTORED
    articles = [page["spun"] for page in pages if page["spun"] != page["orig"]]
    answers = large.restore_many(articles)
    assert answers != unspin.restore_many(articles)
    for other in (pickle.loads(pickle.dumps(large)), copy.deepcopy(large)):
        assert (other.version, repr(other)) == (large.version, repr(large))
        assert other.restore_many(articles) == answers
    # A task of a cluster carries its name, not its megabytes.
    assert len(pickle.dumps(large)) < 1000
    assert pickle.dumps(Unspin(model="large")) == pickle.dumps(large)


@pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="asks Linux how much memory is in use")
def test_a_model_is_read_once_a_process() -> None:
    script = f"""
import pickle
from unspin import Unspin
used = lambda: int(open("/proc/self/statm").read().split()[1]) * 4096 / 1e6
first = Unspin(model={str(EMBEDDED)!r})
before = used()
more = [Unspin(model={str(EMBEDDED)!r}, min_confidence=0.8, protect=["Home Depot"]) for _ in range(10)]
more += [pickle.loads(pickle.dumps(first)) for _ in range(10)]
assert used() - before < 50, used() - before
"""
    subprocess.run([sys.executable, "-c", script], check=True)


def test_a_model_from_a_file(tmp_path: Path, pages: list[dict[str, Any]]) -> None:
    made = Unspin(model=EMBEDDED)
    assert made.version == unspin.VERSION
    spun = pages[0]["spun"]
    assert made.restore(spun) == unspin.restore(spun)
    file = tmp_path / "mine.ngram"
    file.write_bytes(EMBEDDED.read_bytes())
    pickled = pickle.dumps(Unspin(model=str(file), min_confidence=0.8))
    assert pickle.loads(pickled).min_confidence == 0.8
    file.unlink()
    with pytest.raises(OptionError, match="mine.ngram: No such file"):
        pickle.loads(pickled)


def test_another_model_in_its_place_is_no_surprise(tmp_path: Path) -> None:
    """Who unpickles would have other results than who pickled."""
    file = tmp_path / "mine.ngram"
    file.write_bytes(EMBEDDED.read_bytes())
    pickled = pickle.dumps(Unspin(model=file))
    pickled = pickled.replace(unspin.VERSION.split()[3].encode(), b"0123abcd")
    with pytest.raises(OptionError, match="mine.ngram: here it is the model .*; what was pickled had 0123abcd"):
        pickle.loads(pickled)


def test_models_that_cannot_be_used(tmp_path: Path) -> None:
    whole = EMBEDDED.read_bytes()
    for name, content, reason in [
        ("empty", b"", "not a context model"),
        ("text", b"The White House said so.", "not a context model"),
        ("short", whole[:-1], "context model is damaged: checksum differs"),
        ("old", whole[:8] + b"\x01" + whole[9:], "context model of format 1; this build reads format 2"),
    ]:
        (tmp_path / name).write_bytes(content)
        with pytest.raises(OptionError) as caught:
            Unspin(model=tmp_path / name)
        assert str(caught.value) == f"{tmp_path / name}: {reason}"
    with pytest.raises(OptionError, match="absent: No such file"):
        Unspin(model="absent")
    with pytest.raises(TypeError, match="model"):
        Unspin(model=7)  # type: ignore[arg-type]


def test_the_large_model_that_is_not_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "unspin_model_large", None)
    with pytest.raises(OptionError, match="pip install unspin-model-large"):
        Unspin(model="large")
    # A file of that name is given by a path.
    monkeypatch.chdir(tmp_path)
    (tmp_path / "large").write_bytes(EMBEDDED.read_bytes())
    assert Unspin(model="./large").version == unspin.VERSION
