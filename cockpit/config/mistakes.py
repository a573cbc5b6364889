"""Mistakes in the configuration, told so that the person who made them can mend them without a manual."""

from __future__ import annotations

from difflib import get_close_matches

from cockpit.base.errors import ConfigError
from cockpit.base.records import dataclass

from .lines import KeyPath


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake. `line` counts from 1 (0: the source has no lines, it is an environment variable)."""

    source: str
    """Path of the file, or the name of the variable."""
    line: int
    key: str
    """The key as it would be written, `projects.web.path`; empty where the text is no TOML."""
    problem: str
    """What is wrong and what is allowed instead."""

    def __str__(self) -> str:
        place = f"{self.source}:{self.line}" if self.line else self.source
        return f"{place}: {self.key}: {self.problem}" if self.key else f"{place}: {self.problem}"


def config_error(mistakes: list[Mistake]) -> ConfigError:
    """One error for all of `mistakes` (at least one)."""
    ordered = sorted(mistakes, key=lambda mistake: (mistake.source, mistake.line))
    more = f" (and {len(ordered) - 1} more; cockpit config check lists them)" if len(ordered) > 1 else ""
    return ConfigError(f"{ordered[0]}{more}", tuple(ordered))


def spell(path: KeyPath) -> str:
    """`path` as a person would write it: `agents."my agent".rules[2].match`."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part + 1}]"
        else:
            bare = part.isascii() and part.replace("-", "").replace("_", "").isalnum()
            text += ("." if text else "") + (part if bare else _quoted(part))
    return text


def _quoted(part: str) -> str:
    import json

    return json.dumps(part, ensure_ascii=False)


def nearest(word: str, known: list[str]) -> str:
    """`; did you mean 'slots'?` or nothing."""
    found = get_close_matches(word, known, n=1, cutoff=0.6)
    return f"; did you mean '{found[0]}'?" if found else ""


def one_of(known: list[str]) -> str:
    """`'a', 'b' or 'c'`."""
    quoted = [f"'{name}'" for name in known]
    return " or ".join(filter(None, [", ".join(quoted[:-1]), quoted[-1]])) if quoted else "nothing"
