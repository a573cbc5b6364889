"""Sample file and reference say what the settings are: nothing is undocumented, and nothing drifts."""

from __future__ import annotations

import re

import pytest

from cockpit.config.describe import describe, sections, takes
from cockpit.config.settings import Retry, Scheduler, Settings
from cockpit.config.template import template
from cockpit.domain.project import Container, Project


@pytest.mark.parametrize("table", [*(table for _, table in sections(Settings)), Project, Container])
def test_every_setting_is_documented(table: type) -> None:
    assert [key.name for key in describe(table) if not key.says] == []


def test_a_key_is_described_with_type_default_and_meaning() -> None:
    slots, grace, *_ = describe(Scheduler)
    assert (slots.takes, slots.default) == ("whole number 1 to 1000", "4")
    assert (grace.takes, grace.default) == ("duration", '"10s"')
    assert slots.says == "Jobs that run at the same time on this host."
    assert next(key for key in describe(Retry) if key.name == "jitter").takes == "number 0 to 1"
    assert takes(tuple[str, ...]) == "list of text"


def test_the_sample_names_every_key_of_every_section() -> None:
    text = template()
    for name, table in sections(Settings):
        part = text.partition(f"\n[{name}]\n")[2].partition("\n\n")[0]
        assert re.findall(r"^# (\w+) = ", part, re.MULTILINE) == [key.name for key in describe(table)]


def test_the_sample_fits_a_terminal() -> None:
    assert max(map(len, template().splitlines())) <= 112
