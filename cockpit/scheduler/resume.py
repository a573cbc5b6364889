"""Does an attempt begin anew, or go on with the conversation of one that a usage limit had ended?

Where the agent can be told which conversation (`{session}` in its commands), it goes on with its own. Where it only
knows the latest one of the folder, it begins anew if another job has been at work in the project since: that latest
conversation would be somebody else's.
"""

from __future__ import annotations

import uuid

from cockpit.base.records import dataclass
from cockpit.domain.events import PROMPT_EDITED, Attempt
from cockpit.domain.lane import Claim
from cockpit.domain.profile import Profile
from cockpit.domain.retry import Cause
from cockpit.store.base import Store

GO_ON = "The usage limit has ended. Go on where you stopped."
"""The prompt of an attempt that goes on."""
_CHANGED = "The usage limit has ended. Your task has been changed meanwhile. It is now this:\n\n{}"
MARK = "resumed"
"""A file in the folder of an attempt that goes on."""


def session_id(home: str, job_id: str, attempt: int) -> str:
    """The name of an attempt's conversation: always the same UUID for the same attempt of the same home."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"cockpit:{home}:{job_id}.{attempt}"))


@dataclass(frozen=True, slots=True)
class Conversation:
    """The conversation of one attempt: the attempt that began it, and whether the prompt was edited since."""

    begun_by: int
    resumed: bool = False
    edited: bool = False

    def words(self, prompt: str) -> str:
        """What the agent is told when it goes on."""
        return _CHANGED.format(prompt) if self.edited else GO_ON


def conversation_of(store: Store, claim: Claim, profile: Profile) -> Conversation:
    """Does this attempt go on with the conversation of an earlier one?"""
    anew = Conversation(claim.attempt)
    if not (profile.resume and profile.is_interactive):
        return anew
    limited = _limited_before(store, claim)
    if not limited:
        return anew
    named = any("{session}" in word for word in profile.resume)
    if not named and store.others_at_work(claim.job_id, limited[-1].claimed_at):
        return anew
    return Conversation(limited[0].number, resumed=True, edited=_edited_since(store, claim, limited[-1]))


def _edited_since(store: Store, claim: Claim, last: Attempt) -> bool:
    """Was the prompt edited since the agent was told it last? Only a job that waits can be edited."""
    events = store.events(claim.job_id, 1000)
    return any(
        event.kind == "edited" and event.attempt >= last.number and event.reason == PROMPT_EDITED
        for event in events
    )


def _limited_before(store: Store, claim: Claim) -> list[Attempt]:
    """The attempts right before this one that ended at a usage limit; those that never started don't count."""
    found: list[Attempt] = []
    for attempt in reversed(store.attempts(claim.job_id)):
        if attempt.number >= claim.attempt or attempt.cause == Cause.NEVER_STARTED:
            continue
        if attempt.cause != Cause.LIMITED:
            break
        found.insert(0, attempt)
    return found
