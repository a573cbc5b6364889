"""On which line of a TOML text does each key stand? tomllib does not tell, and a mistake without a line is no help.

`key_lines` reads text that tomllib has accepted, so it only has to find its way, not to judge. Keys are paths as in
the parsed document: names, and the index inside an array.
"""

from __future__ import annotations

import re

KeyPath = tuple[str | int, ...]

_SKIP = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(r"[^\s,\]}#]+(?: \d[^\s,\]}#]*)?")  # a date and its time may be joined by a space
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}(?!")' r"|'''.*?'{3,5}(?!')" r'|"(?:\\.|[^"\\\n])*"' r"|'[^'\n]*'",
    re.DOTALL,
)


def key_lines(text: str) -> dict[KeyPath, int]:
    """Line (from 1) of every key, table and array element in `text`, which must be valid TOML."""
    return _Finder(text).run()


class _Finder:
    def __init__(self, text: str) -> None:
        self._text = text.replace("\r\n", "\n")
        self._at = 0
        self._found: dict[KeyPath, int] = {}
        self._counts: dict[KeyPath, int] = {}  # of each [[array of tables]] so far

    def run(self) -> dict[KeyPath, int]:
        table: KeyPath = ()
        while self._skip(_SKIP):
            if self._peek("["):
                table = self._header()
            else:
                self._pair(table)
        return self._found

    def _header(self) -> KeyPath:
        array = self._text.startswith("[[", self._at)
        line = self._line()
        self._at += 2 if array else 1
        names = self._key()
        self._at += 2 if array else 1
        path: KeyPath = ()
        for name in names[:-1]:
            path = self._inside((*path, name), line)
        path += (names[-1],)
        self._note(path, line)
        if not array:
            return path
        index = self._counts.get(path, 0)
        self._counts[path] = index + 1
        self._note((*path, index), line)
        return (*path, index)

    def _inside(self, path: KeyPath, line: int) -> KeyPath:
        """`path`, or the newest element where it is an array of tables."""
        self._note(path, line)
        return (*path, self._counts[path] - 1) if path in self._counts else path

    def _pair(self, table: KeyPath) -> None:
        line = self._line()
        for name in self._key():
            table += (name,)
            self._note(table, line)
        self._at += 1  # the equals sign
        self._skip(_SPACE)
        self._value(table)

    def _key(self) -> list[str]:
        names = []
        while True:
            self._skip(_SPACE)
            names.append(self._name())
            self._skip(_SPACE)
            if not self._peek("."):
                return names
            self._at += 1

    def _name(self) -> str:
        if self._peek('"') or self._peek("'"):
            return _unquote(self._take(_STRING))
        return self._take(_BARE)

    def _value(self, path: KeyPath) -> None:
        if self._peek("["):
            self._array(path)
        elif self._peek("{"):
            self._inline(path)
        elif self._peek('"') or self._peek("'"):
            self._take(_STRING)
        else:
            self._take(_SCALAR)

    def _array(self, path: KeyPath) -> None:
        self._at += 1
        index = 0
        while self._skip(_SKIP) and not self._peek("]"):
            if self._peek(","):
                self._at += 1
                continue
            self._note((*path, index), self._line())
            self._value((*path, index))
            index += 1
        self._at += 1

    def _inline(self, path: KeyPath) -> None:
        self._at += 1
        while self._skip(_SKIP) and not self._peek("}"):
            if self._peek(","):
                self._at += 1
            else:
                self._pair(path)
        self._at += 1

    def _note(self, path: KeyPath, line: int) -> None:
        self._found.setdefault(path, line)

    def _line(self) -> int:
        return self._text.count("\n", 0, self._at) + 1

    def _peek(self, char: str) -> bool:
        return self._text.startswith(char, self._at)

    def _skip(self, pattern: re.Pattern[str]) -> bool:
        """Move past `pattern`; is anything left?"""
        match = pattern.match(self._text, self._at)
        self._at = match.end() if match else self._at
        return self._at < len(self._text)

    def _take(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self._text, self._at)
        if match is None:  # not valid TOML after all: stop instead of running in circles
            raise ValueError(f"lost at line {self._line()}")
        self._at = match.end()
        return match.group()


def _unquote(text: str) -> str:
    """The name that a quoted key means."""
    if text.startswith("'") or "\\" not in text:
        return text[1:-1]
    import tomllib

    return str(tomllib.loads(f"key = {text}")["key"])
