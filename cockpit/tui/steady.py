"""What can't be read ends nothing: a CockpitError that reaches Textual is told in one line, and the cockpit goes on.

Textual ends the app, with a traceback, on whatever a handler of a key, a click or a message raises; and nearly every
one of cockpit's may read the store: a list asks for rows of a page that nobody has looked at yet. So the guard stands
where messages are handed out, once, instead of around each reading.
"""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from textual.message import Message
from textual.message_pump import MessagePump

from cockpit.base.errors import CockpitError


@runtime_checkable
class TellsTrouble(Protocol):
    """The app."""

    def tell_trouble(self, error: CockpitError) -> None: ...


class Steady(MessagePump):
    """Screens, dialogs and widgets whose handlers may meet a CockpitError stand on this, before Textual's class."""

    async def _dispatch_message(self, message: Message) -> None:
        try:
            await super()._dispatch_message(message)
        except CockpitError as error:
            tell_trouble(self, error)


def tell_trouble(where: MessagePump, error: CockpitError) -> None:
    """Tell it, from wherever it was met."""
    app = where.app
    if isinstance(app, TellsTrouble):
        app.tell_trouble(error)
