"""Does an attempt begin anew, or go on with the conversation of one that a usage limit had ended?

Where the agent can be told which conversation (`{session}` in its commands), it goes on with its own. Where it only
knows the latest one of the folder, it begins anew if another job has been at work in the project since: that latest
conversation would be somebody else's.
"""

from __future__ import annotations

import uuid

from cockpit.domain.events import Attempt
from cockpit.domain.lane import Claim
from cockpit.domain.profile import Profile
from cockpit.domain.retry import Cause
from cockpit.store.base import Store

GO_ON = "The usage limit has ended. Go on where you stopped."
"""The prompt of an attempt that goes on."""
MARK = "resumed"
"""A file in the folder of an attempt that goes on."""


def session_id(home: str, job_id: str, attempt: int) -> str:
    """The name of an attempt's conversation: always the same UUID for the same attempt of the same home."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"cockpit:{home}:{job_id}.{attempt}"))


def begun_by(store: Store, claim: Claim, profile: Profile) -> int:
    """The attempt that began the conversation of this one: an earlier one if this one goes on, else itself."""
    if not (profile.resume and profile.is_interactive):
        return claim.attempt
    limited = _limited_before(store, claim)
    if not limited:
        return claim.attempt
    named = any("{session}" in word for word in profile.resume)
    if not named and store.others_at_work(claim.job_id, limited[-1].claimed_at):
        return claim.attempt
    return limited[0].number


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
