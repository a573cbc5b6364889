"""Whose work a project is."""

from __future__ import annotations

import pytest

from cockpit.domain.project import owner_of


@pytest.mark.parametrize(
    ("name", "configured", "owner"),
    [
        ("web", "alice", "alice"),
        ("alice_project", "", "alice"),
        ("alice_project", "bob", "bob"),
        ("web", "", "web"),
        ("_project", "", "_project"),
        ("a_project_project", "", "a_project"),
        ("project", "", "project"),
    ],
)
def test_owner(name: str, configured: str, owner: str) -> None:
    assert owner_of(name, configured) == owner
