"""Builds the package by `flit_core`, once the model lies in it and is the one that was measured."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from flit_core import buildapi
from flit_core.buildapi import get_requires_for_build_editable as get_requires_for_build_editable
from flit_core.buildapi import get_requires_for_build_sdist as get_requires_for_build_sdist
from flit_core.buildapi import get_requires_for_build_wheel as get_requires_for_build_wheel

SUM = Path("large.ngram.sha256")


def _check() -> None:
    expected, name = SUM.read_text(encoding="ascii").split()
    if not Path(name).exists():
        raise SystemExit(f"{name} is not there: `python/model-large/make` trains it")
    if hashlib.sha256(Path(name).read_bytes()).hexdigest() != expected:
        raise SystemExit(f"{name} is not the model that {SUM} names: `sha256sum {name} > {SUM}` if it is meant to be another")


def build_wheel(*arguments: Any, **options: Any) -> str:
    """The wheel."""
    _check()
    return str(buildapi.build_wheel(*arguments, **options))


def build_editable(*arguments: Any, **options: Any) -> str:
    """A wheel that points here."""
    _check()
    return str(buildapi.build_editable(*arguments, **options))


def build_sdist(*arguments: Any, **options: Any) -> str:
    """The sources, the model among them."""
    _check()
    return str(buildapi.build_sdist(*arguments, **options))
