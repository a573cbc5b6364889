"""Which draft a form is, and what becomes of it: kept as one types, put aside, brought back, done."""

from __future__ import annotations

import threading

from cockpit.base.times import SECOND
from cockpit.tui.form.desk import Desk
from cockpit.tui.form.drafts import Draft, Drafts
from cockpit.tui.form.values import Values
from cockpit.tui.words import age

_ASIDE = "put_aside"


def newest(drafts: Drafts) -> Draft | None:
    """The draft that the form opens with: the one left last, unless it was put aside."""
    return next((draft for draft in drafts.all() if not draft.values.get(_ASIDE)), None)


class DraftKeeper:
    """One per form; a form without an own draft yet gets one with its first prompt."""

    def __init__(self, desk: Desk, draft_id: str = "") -> None:
        self._desk = desk
        self._id = draft_id or Drafts.new_id()
        self._kept: Values | None = None
        self._given: Values | None = None
        self._over = False
        self._writing = threading.Lock()
        self._round: list[str] = []  # drafts in the order in which they come round

    def given(self, values: Values) -> None:
        """The form came filled in with these: as long as they stand, nobody has written anything."""
        self._given = values

    def keep(self, values: Values, *, aside: bool = False) -> None:
        """Write it down, if it has changed; an emptied prompt is no draft. May run in a thread."""
        with self._writing:
            if self._over or (values == self._kept and not aside):
                return
            self._kept = values
            if self.is_written(values):
                texts = values.texts() | ({_ASIDE: "yes"} if aside else {})
                self._desk.drafts.save(Draft(self._id, self._desk.now, texts))
            else:
                self._desk.drafts.remove(self._id)

    def is_written(self, values: Values) -> bool:
        """Would a person miss it?"""
        return values.worth_keeping and values != self._given

    def put_aside(self, values: Values) -> None:
        """Keep it for ctrl+r; the form is another one from here on."""
        self.keep(values, aside=True)
        self._id, self._kept, self._given = Drafts.new_id(), None, None

    def next_one(self, values: Values) -> Draft | None:
        """The next older draft, round again at the end; the form is that one from here on."""
        self.keep(values, aside=True)
        self._kept = None
        drafts = {draft.id: draft for draft in self._desk.drafts.all()}
        self._round += [id_ for id_ in drafts if id_ not in self._round]
        at = self._round.index(self._id) if self._id in self._round else -1
        order = [*self._round[at + 1 :], *self._round[: max(at, 0)]]
        found = next((drafts[id_] for id_ in order if id_ in drafts and id_ != self._id), None)
        if found is not None:
            self._id, self._given = found.id, None
        return found

    def says(self, draft: Draft) -> str:
        """`Your draft of 12m ago is back.`"""
        old = age(draft.saved_at, self._desk.now)
        when = "just now" if self._desk.now - draft.saved_at < 60 * SECOND else f"{old} ago"
        how = "typing replaces it, → goes on with it"
        return f"Your draft of {when} is back, selected: {how}. ^n starts empty."

    def leave(self, values: Values) -> None:
        """The form closes without enqueuing."""
        self.keep(values)
        self._over = True

    def done(self) -> None:
        """Its jobs are in the queue."""
        self._over = True
        with self._writing:
            self._desk.drafts.remove(self._id)
