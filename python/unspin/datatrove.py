"""datatrove: a step that restores documents and one that drops spun ones.

    pipeline = [
        JsonlReader("crawl/", glob_pattern="**/*.jsonl.gz"),
        unspin.datatrove.Restorer(),
        JsonlWriter("restored/"),
    ]
    LocalPipelineExecutor(pipeline, tasks=8, logging_dir="logs/").run()

Their stats say how many documents were changed, in how many places, and how many could not be read (a lone surrogate):
those pass as they are.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import TypeVar

from datatrove.data import Document, DocumentsPipeline
from datatrove.pipeline.base import PipelineStep
from datatrove.pipeline.writers.disk_base import DiskWriter
from datatrove.utils.batching import batched
from datatrove.utils.logging import logger

from unspin import Restoration, Unspin, default


class Restorer(PipelineStep):
    """Restores the text of each document.

    With `annotate`, the metadata of a document have `unspin`: the documented JSON as a dict. Documents are restored in
    batches of `batch_size`, by `threads` threads: one by default, since datatrove runs a task a core.
    """

    type = "✂️ - FORMAT"
    name = "unspin"

    def __init__(
        self, unspin: Unspin | None = None, *, annotate: bool = False, batch_size: int = 64, threads: int = 1
    ) -> None:
        super().__init__()
        self.unspin = unspin or default()
        self.annotate = annotate
        self.batch_size = batch_size
        self.threads = threads

    def run(self, data: DocumentsPipeline, rank: int = 0, world_size: int = 1) -> DocumentsPipeline:
        """Restores documents as they pass."""
        for batch in batched(data, self.batch_size):
            with self.track_time("batch"):
                answers = _answers(self, batch, lambda texts: self.unspin.restore_many(texts, threads=self.threads))
                for document, answer in answers:
                    self.stat_update("total")
                    if answer is None:
                        continue
                    self._count(answer)
                    document.text = answer.text
                    if self.annotate:
                        document.metadata["unspin"] = answer.annotation()
            yield from batch

    def _count(self, answer: Restoration) -> None:
        if answer.changed:
            self.stat_update("changed")
            self.stat_update("edits", value=len(answer.edits))
        if spinner := answer.verdict.spinner:
            self.stat_update(f"spun_{spinner}")


class SpunFilter(PipelineStep):
    """Drops the documents that count as spun, with the name of the spinner as the reason.

    It is no `BaseFilter`: to import that takes every package of every filter of datatrove.
    """

    type = "🔻 - FILTER"
    name = "unspin"

    def __init__(
        self,
        unspin: Unspin | None = None,
        *,
        exclusion_writer: DiskWriter | None = None,
        batch_size: int = 64,
        threads: int = 1,
    ) -> None:
        super().__init__()
        self.unspin = unspin or default()
        self.exclusion_writer = exclusion_writer
        self.batch_size = batch_size
        self.threads = threads

    def run(self, data: DocumentsPipeline, rank: int = 0, world_size: int = 1) -> DocumentsPipeline:
        """Lets the documents pass that do not count as spun."""
        with self.exclusion_writer or contextlib.nullcontext() as writer:
            for batch in batched(data, self.batch_size):
                with self.track_time("batch"):
                    answers = _answers(self, batch, lambda texts: self.unspin.detect_many(texts, threads=self.threads))
                for document, answer in answers:
                    self.stat_update("total")
                    spinner = answer and answer.spinner
                    if spinner is None:
                        self.stat_update("forwarded")
                        self.update_doc_stats(document)
                        yield document
                        continue
                    self.stat_update("dropped", f"dropped_{spinner}")
                    if writer:
                        document.metadata["filter_reason"] = spinner
                        writer.write(document, rank)


_Answer = TypeVar("_Answer")


def _answers(
    step: PipelineStep, batch: list[Document], ask: Callable[[list[str]], list[_Answer]]
) -> list[tuple[Document, _Answer | None]]:
    """Each document with its answer; `None` and a count of `unread` where its text is none."""
    try:
        return list(zip(batch, ask([document.text for document in batch])))
    except (TypeError, ValueError):
        return [(document, _answer(step, document, ask)) for document in batch]


def _answer(step: PipelineStep, document: Document, ask: Callable[[list[str]], list[_Answer]]) -> _Answer | None:
    try:
        return ask([document.text])[0]
    except (TypeError, ValueError) as fault:
        step.stat_update("unread")
        logger.warning(f"unspin: document {document.id!r} passes unread: {fault}")
        return None
