"""Going through earlier prompts, as a shell does: what was typed is never lost, on no step.

The first of the texts is the draft. Whatever is changed on the way stays where it was changed, until the form is left.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

Page = Callable[[int | None], Sequence[tuple[int, str]]]
"""Earlier prompts with their places (`seq`), newest first, before a place; empty behind the last."""

_PAGES = 5  # read for one step: a thousand equal prompts of a batch do not make a key slow


class PromptHistory:
    """The prompts of one project at a time, read page by page."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._texts: list[str] = [""]
        self._known: set[str] = set()
        self._earlier: set[str] = set()  # what was read, of whatever project
        self._at = 0
        self._before: int | None = None
        self._done = False

    @property
    def at(self) -> int:
        """How many steps back; 0 is the draft."""
        return self._at

    def own(self, shown: str) -> str:
        """What the person has written, where `shown` is only an earlier prompt that was looked at."""
        if shown not in self._earlier:
            return shown
        return next((text for text in self._texts if text not in self._earlier), "")

    def turn_to(self, page: Page, shown: str) -> None:
        """Another project's prompts from here on; the draft comes right after what is shown now."""
        draft = self._texts[0]
        keep = [shown, draft] if self._at and shown != draft else [shown]
        self._page, self._texts, self._known = page, keep, set(keep)
        self._at, self._before, self._done = 0, None, False

    def older(self, shown: str) -> str | None:
        """The prompt before the shown one; None when there is none."""
        self._texts[self._at] = shown
        if self._at + 1 >= len(self._texts):
            self._read_on()
        if self._at + 1 >= len(self._texts):
            return None
        self._at += 1
        return self._texts[self._at]

    def newer(self, shown: str) -> str | None:
        """The one after it, at last the draft; None when the draft is shown."""
        self._texts[self._at] = shown
        if not self._at:
            return None
        self._at -= 1
        return self._texts[self._at]

    def _read_on(self) -> None:
        """Read until there is one more that is not there already."""
        known = self._known | {self._texts[0]}
        for _ in range(_PAGES):
            if self._done:
                return
            page = self._page(self._before)
            self._done = not page
            for seq, text in page:
                self._before = seq
                if text not in known:
                    known.add(text)
                    self._known.add(text)
                    self._texts.append(text)
                    self._earlier.add(text)
            if len(self._texts) > self._at + 1:
                return
