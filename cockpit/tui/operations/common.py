"""What can be done on every screen: hold all, go to another screen, look things up, leave; and enqueue."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING

from cockpit.tui.actions.action import Situation
from cockpit.tui.operations.enqueue import EnqueueOperations
from cockpit.tui.operations.undoing import UndoingOperations
from cockpit.tui.outcome import DROP_DEMO, KEEP_DEMO, LEAVE_DAEMON
from cockpit.tui.own_keys import key_for
from cockpit.tui.undo import Done
from cockpit.tui.words import plural

if TYPE_CHECKING:
    from cockpit.controller.live import Services
    from cockpit.tui.dialogs.choice import ChoiceDialog


class CommonOperations(EnqueueOperations, UndoingOperations):
    """Actions whose `screens` are EVERYWHERE, and the ways between screens."""

    async def hold_all(self, at: Situation) -> None:
        """Close or open the gate of the whole queue."""
        held = at.overview is not None and at.overview.held
        self._asks_no_more()
        await self._live.do(lambda services: _gate_of_all(services, held=not held))
        self._say(
            "The queue is resumed."
            if held
            else f"The queue is held: nothing new starts. {key_for('hold_all')} resumes it."
        )

        async def take_back() -> str:
            await self._live.do(lambda services: _gate_of_all(services, held=held))
            return "The queue is held again." if held else "The queue is resumed."

        self._did(Done(f"the {'resume' if held else 'hold'} of the queue", take_back))

    # screens

    async def open_main(self, _: Situation) -> None:
        """Queue, agents and locks."""
        self._screen.cockpit.show_main()

    async def clear_filter(self, _: Situation) -> None:
        """Escape, from a screen that has nothing to take away."""
        self._screen.cockpit.show_main()

    async def leave_screen(self, _: Situation) -> None:
        """Escape, from a screen without a filter."""
        self._screen.cockpit.show_main()

    async def open_history(self, _: Situation) -> None:
        """What has ended."""
        self._screen.cockpit.show_screen("history")

    async def open_grid(self, _: Situation) -> None:
        """The agents' screens side by side."""
        self._screen.cockpit.show_screen("grid")

    async def open_log(self, _: Situation) -> None:
        """What happened."""
        self._screen.cockpit.show_screen("log")

    async def open_dashboard(self, _: Situation) -> None:
        """What happened, in plots."""
        self._screen.cockpit.show_screen("dashboard")

    async def quit_here(self, at: Situation) -> None:
        """Leave from another screen."""
        await self.quit(at)

    async def help(self, at: Situation) -> None:
        """All keys."""
        from cockpit.tui.dialogs.help import HelpDialog

        await self._screen.app.push_screen_wait(HelpDialog(at))

    async def notices(self, _: Situation) -> None:
        """What cockpit had to tell."""
        from cockpit.tui.dialogs.message import MessageDialog

        lines = self._screen.cockpit.notices() or ["Nothing. Configuration, themes and keys are in order."]
        await self._screen.app.push_screen_wait(MessageDialog("Notices", lines))

    async def theme(self, _: Situation) -> None:
        """Try themes on."""
        from cockpit.tui.dialogs.theme import ThemeDialog

        cockpit = self._screen.cockpit
        if cockpit.wardrobe.colourless:
            self._say("NO_COLOR is set: there are no colours to choose.")
            return
        themes = await cockpit.wardrobe.load()
        chosen = await self._screen.app.push_screen_wait(
            ThemeDialog(cockpit.wardrobe, themes, may_save=not cockpit.read_only)
        )
        if chosen is None:
            return
        if chosen.save:
            await asyncio.to_thread(self._save_theme, chosen.name)
            cockpit.wardrobe.chosen(chosen.name)
        where = f" {self._live.context.places.config_file} says so." if chosen.save else ""
        self._say(f"Theme: {chosen.name}.{where}")

    def _save_theme(self, name: str) -> None:
        from cockpit.config.edit import set_value

        set_value(self._live.context.places, os.environ, "ui", "theme", name)

    async def palette(self, _: Situation) -> None:
        """Every action by name."""
        self._screen.app.action_command_palette()

    async def welcome(self, _: Situation) -> None:
        """Add a project."""
        self._screen.cockpit.open_welcome()

    async def quit(self, at: Situation) -> None:
        """Leave; a daemon may stay in our place. The demo asks what becomes of it."""
        overview = at.overview
        if self._screen.cockpit.demo:
            answer = await self._ask(_quit_demo_dialog())
            if answer in ("keep", "drop"):
                self._screen.app.exit(KEEP_DEMO if answer == "keep" else DROP_DEMO)
            return
        if overview is None or overview.role != "scheduler" or not (overview.active or overview.waiting):
            self._screen.app.exit(0)
            return
        answer = await self._ask(_quit_dialog(len(overview.active), overview.waiting))
        if answer == "daemon":
            self._screen.app.exit(LEAVE_DAEMON)
        elif answer == "quit":
            self._screen.app.exit(0)


def _gate_of_all(services: Services, *, held: bool) -> None:
    if held:
        services.jobs.hold("all", "")
    else:
        services.jobs.resume("all", "")


def _quit_demo_dialog() -> ChoiceDialog:
    from cockpit.tui.dialogs.choice import Answer, ChoiceDialog

    says = (
        "Remove it: its agents are ended, its tmux server and its folder go. Keep it: all of it runs on, and your shell"
        " says how to come back. Either way nothing else of yours is touched."
    )
    answers = (
        Answer("drop", "r", "Remove it", "primary"),
        Answer("keep", "k", "Keep it"),
        Answer("stay", "s", "Stay"),
    )
    return ChoiceDialog("Leave the demo?", says, answers)


def _quit_dialog(active: int, waiting: int) -> ChoiceDialog:
    from cockpit.tui.dialogs.choice import Answer, ChoiceDialog

    says = (
        f"{plural(active, 'agent')} {'runs' if active == 1 else 'run'} and {plural(waiting, 'job')}"
        f" {'waits' if waiting == 1 else 'wait'}. This cockpit is the scheduler.\n\n"
        "A daemon goes on starting jobs until you come back, or until 'cockpit daemon stop'. Without one, agents that"
        " run go on, and what waits stays in the queue until a cockpit or daemon runs again."
    )
    answers = (
        Answer("daemon", "d", "Leave a daemon", "primary"),
        Answer("quit", "q", "Just quit"),
        Answer("stay", "s", "Stay"),
    )
    return ChoiceDialog("Quit?", says, answers)
