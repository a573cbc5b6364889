"""The line finder agrees with tomllib about which keys there are, and knows where each stands."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
import tomlkit
from hypothesis import given
from hypothesis import strategies as st

from cockpit.config.lines import KeyPath, key_lines

TEXT = '''\
# a comment with [brackets] and = signs
top = 1
[a]
x = "# no comment"   # a comment
"quoted key" = 1
'literal.key' = 2
dotted . deep."er" = true
date = 1979-05-27 07:32:00
[a.b]
many = [
  1,  # one
  "]",
  [2, 3],
  { p = 1, q = { r = "}" } },
]
text = """
[not.a.table]
x = 1 \\""" still text"""
raw = \'\'\'
y = 1\'\'\'
after = 1
[[rules]]
name = "first"
[rules.more]
z = 1
[[rules]]
name = "second"
match = ["a",
  "b"]
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("top",), 2),
        (("a",), 3),
        (("a", "x"), 4),
        (("a", "quoted key"), 5),
        (("a", "literal.key"), 6),
        (("a", "dotted", "deep", "er"), 7),
        (("a", "date"), 8),
        (("a", "b"), 9),
        (("a", "b", "many"), 10),
        (("a", "b", "many", 0), 11),
        (("a", "b", "many", 1), 12),
        (("a", "b", "many", 2, 1), 13),
        (("a", "b", "many", 3, "q", "r"), 14),
        (("a", "b", "text"), 16),
        (("a", "b", "raw"), 19),
        (("a", "b", "after"), 21),
        (("rules", 0), 22),
        (("rules", 0, "name"), 23),
        (("rules", 0, "more", "z"), 25),
        (("rules", 1, "name"), 27),
        (("rules", 1, "match", 1), 29),
    ],
)
def test_each_key_stands_on_its_line(path: KeyPath, line: int) -> None:
    assert key_lines(TEXT)[path] == line


def test_a_value_of_quotes_ends_where_it_ends() -> None:
    text = 'a = """x"""""\nb = ""\nc = """"y""" # "\nd = 1\n'
    assert key_lines(text) == {("a",): 1, ("b",): 2, ("c",): 3, ("d",): 4}


def test_windows_line_ends_count_once() -> None:
    assert key_lines("a = 1\r\n\r\nb = 2\r\n")["b",] == 3


names = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=5)
scalars = st.one_of(
    st.integers(-9, 9), st.booleans(), st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3)
)


@given(st.dictionaries(names, values, max_size=4))
def test_finds_exactly_the_keys_that_tomllib_finds(document: dict[str, Any]) -> None:
    text = tomlkit.dumps(document)
    found = key_lines(text)
    assert set(found) == set(paths(tomllib.loads(text)))
    assert all(1 <= line <= text.count("\n") + 1 for line in found.values())


def paths(value: Any, at: KeyPath = ()) -> Iterator[KeyPath]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for part, inner in items:
        yield (*at, part)
        yield from paths(inner, (*at, part))
