"""The stage on which the screen is tested."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest

from cockpit.tui.own_keys import use_keys
from tests.conftest import Home
from tests.ui.settling import parse_styles_once, settle_so
from tests.ui.stage import CONFIG, Stage


class MakeStage(Protocol):
    def __call__(self, config: str = CONFIG) -> Stage: ...


@pytest.fixture(scope="session", autouse=True)
def _quick_pilots() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        settle_so(patch)
        parse_styles_once(patch)
        yield


@pytest.fixture(autouse=True)
def _usual_keys() -> Iterator[None]:
    """A process has one person's keys; the next test's is another person."""
    yield
    use_keys({})


@pytest.fixture
def make_stage(home: Home, tmp_path: Path) -> Iterator[MakeStage]:
    """A home with three projects (or with a configuration of the test's own)."""
    made: list[Stage] = []

    def make(config: str = CONFIG) -> Stage:
        made.append(Stage(tmp_path, home.config, config))
        return made[-1]

    yield make
    for stage in made:
        stage.close()


@pytest.fixture
def stage(make_stage: MakeStage) -> Stage:
    return make_stage()
