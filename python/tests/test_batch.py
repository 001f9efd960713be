"""Many texts: in order, in parallel, without the interpreter, in processes that fork."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest
from conftest import RESTORED, SHORT

import unspin
from unspin import Unspin


@pytest.mark.parametrize("threads", [None, 1, 2, 5])
def test_answers_stand_in_order(texts: list[str], restored: list[str], threads: int | None) -> None:
    many = texts * 8
    unspin_ = Unspin()
    assert [answer.text for answer in unspin_.restore_many(many, threads=threads)] == restored * 8
    for budget in (1, 4096, 1 << 30):
        answers = unspin_.restore_iter(iter(many), threads=threads, budget=budget)
        assert [answer.text for answer in answers] == restored * 8
    spun = [verdict.is_spun for verdict in unspin_.detect_many(many, threads=threads)]
    assert spun == [unspin.detect(text).is_spun for text in many]


def test_an_iterator_is_read_as_it_is_needed() -> None:
    taken = 0

    def endless() -> Iterator[str]:
        nonlocal taken
        while True:
            taken += 1
            yield SHORT

    answers = Unspin().restore_iter(endless(), budget=30_000)
    assert [next(answers).text for _ in range(1000)] == [RESTORED] * 1000
    assert taken < 3000


def test_what_comes_before_a_fault_is_handed_out() -> None:
    def failing() -> Iterator[str]:
        yield from [SHORT] * 10
        raise OSError("the disk is gone")

    got = []
    with pytest.raises(OSError, match="the disk is gone"):
        for answer in Unspin().restore_iter(failing()):
            got.append(answer.text)
    assert got == [RESTORED] * 10


def test_the_text_at_fault_is_named() -> None:
    with pytest.raises(TypeError, match="text 2 must be a str, not NoneType"):
        unspin.restore_many([SHORT, SHORT, None])  # type: ignore[list-item]
    with pytest.raises(ValueError, match="text 1: .*surrogates not allowed"):
        unspin.restore_many([SHORT, "\udc80"])
    with pytest.raises(TypeError, match="texts is one str"):
        unspin.restore_many(SHORT)
    with pytest.raises(TypeError):
        unspin.restore_many(5)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="threads must be at least 1"):
        unspin.restore_many([SHORT], threads=0)
    assert unspin.restore_many([]) == []


@pytest.mark.parametrize("threads", [1, 2])
def test_other_threads_run_meanwhile(texts: list[str], threads: int) -> None:
    """The interpreter is free while texts are restored: a thread that counts goes on all the while."""
    long = ["\n".join(texts * 20)]
    ticks, is_done = 0, threading.Event()

    def tick() -> None:
        nonlocal ticks
        while not is_done.wait(0.001):
            ticks += 1

    ticker = threading.Thread(target=tick)
    ticker.start()
    Unspin().restore_many(long, threads=threads)
    counted = ticks
    is_done.set()
    ticker.join()
    # One text is one call of a tenth of a second and more; with the interpreter held there would be a tick or two.
    assert counted > 20


def _in_child(queue: multiprocessing.Queue[list[str]], threads: int | None) -> None:
    queue.put([answer.text for answer in unspin.restore_many([SHORT] * 100, threads=threads)])


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
@pytest.mark.parametrize("threads", [None, 2])
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_forked_child_has_threads_of_its_own(threads: int | None) -> None:
    unspin.restore_many([SHORT] * 100, threads=threads)
    context = multiprocessing.get_context("fork")
    queue: multiprocessing.Queue[list[str]] = context.Queue()
    child = context.Process(target=_in_child, args=(queue, threads))
    child.start()
    try:
        assert queue.get(timeout=60) == [RESTORED] * 100
    finally:
        child.kill()
    assert unspin.restore_many([SHORT], threads=threads)[0].text == RESTORED


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no signals of this kind")
@pytest.mark.parametrize("threads", [1, 2])
def test_ctrl_c_ends_a_batch(threads: int) -> None:
    # What runs in the background of a shell has its parent's deaf ears.
    code = (
        "import itertools, signal, unspin; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "print('ready', flush=True); "
        f"unspin.restore_many(itertools.repeat({SHORT!r}), threads={threads})"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        try:
            assert child.stdout and child.stdout.readline() == "ready\n"
            child.send_signal(signal.SIGINT)
            _, said = child.communicate(timeout=60)
        finally:
            child.kill()
    assert said.rstrip().endswith("KeyboardInterrupt")


def test_threads_share_a_restorer(texts: list[str], restored: list[str]) -> None:
    unspin_ = Unspin()
    got: list[list[str]] = []
    threads = [
        threading.Thread(target=lambda: got.append([a.text for a in unspin_.restore_many(texts, threads=2)]))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == [restored] * 8
