"""The full-screen cockpit: `run` opens it on this terminal.

The app itself holds little: themes, keymap, notices, and which screen comes first. See screens/main.py for what is
seen, screens/base.py for what all screens have, and actions/ for what can be done.
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import App, SystemCommand
from textual.binding import Binding
from textual.driver import Driver
from textual.filter import Monochrome, NoColor
from textual.geometry import Size
from textual.notifications import Notify
from textual.screen import Screen
from textual.widgets import Input
from textual.worker import WorkerFailed

from cockpit.base.clock import Micros
from cockpit.base.errors import CockpitError, Unavailable
from cockpit.controller.context import Context
from cockpit.controller.live import Live
from cockpit.domain.project import Project
from cockpit.tui.actions.action import Situation
from cockpit.tui.actions.keymap import check_keymap
from cockpit.tui.actions.registry import actions_of
from cockpit.tui.arranging import Arranged
from cockpit.tui.cells import Tamed, agree_with_terminals
from cockpit.tui.keys_in_order import KeysInOrder
from cockpit.tui.layout import SMALLEST, too_small
from cockpit.tui.mends import mend
from cockpit.tui.news import News, Severity
from cockpit.tui.operations.table import operations_on
from cockpit.tui.outcome import LEAVE_DAEMON, START_DEMO
from cockpit.tui.overview import Overview
from cockpit.tui.own_keys import key_for, use_keys, with_keys
from cockpit.tui.pace import LIVELY, SPARING, set_pace
from cockpit.tui.screens.base import CockpitScreen
from cockpit.tui.screens.main import MainScreen
from cockpit.tui.screens.table import screen_named
from cockpit.tui.steady import Steady
from cockpit.tui.theme import own_variables
from cockpit.tui.title import title_of
from cockpit.tui.toasts import SECONDS, Toasts, begin, leaving
from cockpit.tui.too_small import painted_alone, told_too_small
from cockpit.tui.undo import Undo
from cockpit.tui.wardrobe import Wardrobe

if TYPE_CHECKING:
    from rich.console import RenderableType

    from cockpit.tui.driver import TerminalDriver
    from cockpit.tui.host import Cockpit

mend()
_FIRST_PICTURE = 1.0  # seconds: later than that the rest does not wait for it


def run(context: Context, *, read_only: bool = False, schedules: bool = True, demo: bool = False) -> int:
    """Open the cockpit on this terminal; returns the exit code when the person quits."""
    outcome = asyncio.run(_run(context, read_only, schedules, demo=demo))
    if outcome == LEAVE_DAEMON:
        return _leave_daemon(context)
    if outcome == START_DEMO:
        os.execv(sys.executable, [sys.executable, "-m", "cockpit", "demo"])
    return outcome


async def _run(context: Context, read_only: bool, schedules: bool, *, demo: bool) -> int:
    """The app inside a `Live`: whatever ends the app, the live parts end in good order."""
    live, painted = Live(context, schedules=schedules, read_only=read_only), asyncio.Event()
    loop = asyncio.get_running_loop()
    gc.disable()  # until the first picture: all that is made until then stays
    await live.start(painted)
    loop.call_later(_FIRST_PICTURE, painted.set)
    try:
        app = CockpitApp(live, demo=demo)
        app.on_painted = painted.set
        for number in (signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, app.exit, 0)
        result = await app.run_async()
        return app.return_code or result or 0
    finally:
        await live.stop()


def _leave_daemon(context: Context) -> int:
    from cockpit.controller.daemon import start_daemon
    from cockpit.controller.opening import open_store

    store = open_store(context.places)
    try:
        node = start_daemon(context, store)
    finally:
        store.close()
    print(f"A daemon (pid {node.process.pid}) goes on; 'cockpit' comes back, 'cockpit daemon stop' ends it.")
    return 0


NOTICES = 200  # that are kept: the dialog shows them, and the log


class CockpitApp(Steady, App[int]):
    """One cockpit over a started `Live`."""

    TITLE = "cockpit"
    CSS_PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "cockpit.tcss")
    ENABLE_COMMAND_PALETTE = True
    NOTIFICATION_TIMEOUT = SECONDS
    BINDINGS: ClassVar[list[Binding]] = [Binding("ctrl+q", "quit", show=False)]  # type: ignore[assignment]  # one kind

    def __init__(self, live: Live, *, demo: bool = False) -> None:
        super().__init__()
        self.keys_in_order = KeysInOrder(self)
        self.pace = SPARING if live.context.settings.ui.low_bandwidth else LIVELY
        set_pace(self.pace)
        if self.pace is SPARING:
            self.animation_level = "none"
        self.live = live
        self.read_only = live.read_only
        self.news = News(live, os.environ, self._toast, self._to_terminal)
        self.told: deque[tuple[Micros, str]] = deque(maxlen=NOTICES)  # and when
        self.undo = Undo()
        self.arranged = Arranged(live.context.places.screen, lambda: not self.read_only)
        self._toasts = Toasts()
        self.keys: dict[str, str] = {}
        self._wanted_keys: dict[str, str] = {}
        self.demo = demo
        self.on_painted: Callable[[], object] | None = None
        self._trouble = ""
        self._main_wanted = False
        self.covered = ""  # what a terminal shows that is too small for the rest
        self.wardrobe = Wardrobe(self, live.context, self.take_problems)
        self._honour_no_color()
        agree_with_terminals()
        self._filters.append(Tamed())
        for stream in (self._capture_stdout, self._capture_stderr):
            stream.encoding = "utf-8"  # type: ignore[attr-defined]  # libraries imported while it runs ask for it

    def painted(self) -> None:
        """The first picture stands: whatever waited for it may begin, and what it is made of stays for good."""
        if self.on_painted is not None:
            self.on_painted()
            self.on_painted = None
            gc.collect()
            gc.freeze()
            gc.enable()

    async def on_event(self, event: events.Event) -> None:
        """Keys and what is pasted go out one after the other (keys_in_order.py)."""
        if not isinstance(event, (events.Key, events.Paste)) or event.is_forwarded:
            if not (self.covered and isinstance(event, events.MouseEvent)):
                await super().on_event(event)
        elif self.screen_stack and self.keys_in_order.admit(event):  # without a screen it is about to end
            target = self.focused or self.screen
            try:
                await self._give_out(event)
            finally:  # or what is held would wait for ever
                if self.screen_stack:
                    self.keys_in_order.follow(target)

    async def _give_out(self, event: events.Key | events.Paste) -> None:
        if self.covered:  # nobody would see where it goes
            if isinstance(event, events.Key) and event.key == "ctrl+q":
                self.exit(0)
        elif self._escapes_toasts(event):
            self.clear_notifications()
        else:
            await super().on_event(event)

    def _escapes_toasts(self, event: events.Event) -> bool:
        """Escape takes toasts away first; in a field, a dialog and an agent's screen it means what it means there."""
        if not isinstance(event, events.Key) or event.key != "escape" or not len(self._notifications):
            return False
        screen = self.screen
        return isinstance(screen, CockpitScreen) and not screen.typing and not isinstance(self.focused, Input)

    def get_driver_class(self) -> type[Driver]:
        """Textual's choice for this platform, with an output that never makes the event loop wait."""
        from textual.drivers.linux_driver import LinuxDriver

        chosen = super().get_driver_class()
        if chosen is LinuxDriver:
            from cockpit.tui.driver import TerminalDriver

            return TerminalDriver
        if chosen.__name__ == "WebDriver":
            from cockpit.tui.browser import BrowserDriver

            return BrowserDriver
        return chosen

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Cockpit's own colours, where a theme sets none."""
        return own_variables(self.current_theme.to_color_system().generate() | self.current_theme.variables)

    def on_mount(self) -> None:
        self.wardrobe.look()
        self.take_keymap()
        self.run_worker(self.wardrobe.run(), group="themes")
        self.push_screen(MainScreen(self.live))
        settings = self.live.context.settings
        if not settings.projects and not self.read_only and not self.live.store.jobs(limit=1):
            self.call_later(self.open_welcome, first=True)

    def on_unmount(self) -> None:
        self.arranged.close()

    def on_resize(self, event: events.Resize) -> None:
        """Too small a terminal gets one line; screens and dialogs keep the size that they had, and know nothing."""
        was, self.covered = self.covered, told_too_small(*event.size) if too_small(*event.size) else ""
        if self.covered:
            event.prevent_default()
            self._size = self._size or Size(*SMALLEST)
            if self._driver is not None:
                self._driver.write(painted_alone(self.covered, event.size.height))
        elif was:
            self.call_later(self.refresh, layout=True)

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        if not self.covered:
            super()._display(screen, renderable)

    def _validate_theme(self, theme_name: str) -> str:
        """Textual asks whether a theme is there; ours are read when they are first worn."""
        if theme_name not in self.available_themes:
            self.wardrobe.fetch(theme_name)
        return super()._validate_theme(theme_name)

    def _honour_no_color(self) -> None:
        """Where NO_COLOR is set no colour is written at all; Textual would write greys, and for an empty one, too."""
        self._filters = [each for each in self._filters if not isinstance(each, Monochrome)]
        self.no_color = bool(os.environ.get("NO_COLOR"))
        if self.no_color:
            self._filters.append(NoColor())

    def take_keymap(self) -> None:
        """Use the person's keys, if they differ from those in use: the configuration may have been saved."""
        wanted = self.live.context.settings.ui.keys
        if wanted != self._wanted_keys:
            self._wanted_keys = dict(wanted)
            self.keys, problems = check_keymap(wanted)
            self.set_keymap(self.keys)
            use_keys(self.keys)
            self.tell(problems)

    # what can't be read

    def tell_trouble(self, error: CockpitError) -> None:
        """One line for all that meets it at once; and the screen in front looks again until it can read."""
        if not self.is_running or not any(isinstance(screen, CockpitScreen) for screen in self.screen_stack):
            return  # it begins or ends: there is nobody to tell
        if self.front.look_again() or str(error) != self._trouble:
            self._trouble = str(error)
            title = "The store can't be read" if isinstance(error, Unavailable) else ""
            self.notify(str(error), title=title, severity="error", markup=False)

    def _handle_exception(self, error: Exception) -> None:
        """Callbacks, timers and workers come here alone; for what handlers raise see steady.py."""
        cause = error.error if isinstance(error, WorkerFailed) else error
        if isinstance(cause, CockpitError):
            self.tell_trouble(cause)
        else:
            super()._handle_exception(error)

    # notices

    def tell(self, notices: Iterable[str]) -> None:
        """Keep these for the notices dialog, and show each once."""
        for notice in notices:
            self.told.append((self.live.context.clock.now(), notice))
            self.notify(
                notice, title=f"Notice ({key_for('notices')} lists them)", severity="warning", markup=False
            )

    def on_notify(self, event: Notify) -> None:
        """A toast comes: now, when the dialog that is open has closed, or (no room for one) not at all."""
        if not self.screen_stack or self.covered:  # without a screen it is about to end
            event.prevent_default()
        elif isinstance(self.screen, CockpitScreen):
            begin(event.notification)
            for old in leaving(self._notifications, event.notification):
                self._unnotify(old, refresh=False)
        else:
            event.prevent_default()
            self._toasts.hold(event.notification)

    def no_dialog(self) -> None:
        """None is open any more: what waited for that."""
        if self._main_wanted:
            self.show_main()
        for note in self._toasts.release():
            self.post_message(Notify(note))

    def notices(self) -> list[str]:
        """All that cockpit had to tell, the newest first."""
        return [text for _, text in reversed(self.told)]

    def take_problems(self) -> None:
        """Tell what the live parts met since the last time (a bad configuration, no tmux)."""
        self.wardrobe.look()
        self.tell(self.wardrobe.take_problems())
        self.tell(self.live.take_problems())

    def take_news(self, now: Overview) -> None:
        """Tell what has happened, and how many need somebody in the terminal's title."""
        if not self.news.look():
            self.call_later(self._look_on)
        if (driver := self._terminal()) is not None:
            driver.tell_title(title_of(now) if self.live.context.settings.ui.title else "")

    def _look_on(self) -> None:
        if not self.live.mine.on_the_way and not self.news.look():
            self.set_timer(0.05, self._look_on)

    def _toast(self, text: str, *, title: str, severity: Severity, timeout: float) -> None:
        if self.is_running:
            self.notify(text, title=title, severity=severity, timeout=timeout, markup=False)

    def _to_terminal(self, sequence: str) -> None:
        if (driver := self._terminal()) is not None and self.is_running:
            driver.write(sequence)

    def _terminal(self) -> TerminalDriver | None:
        """The driver of a real terminal; None in a browser and in tests."""
        from cockpit.tui.driver import TerminalDriver

        return self._driver if isinstance(self._driver, TerminalDriver) else None

    # commands

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Every action by name; what can't be done now says why."""
        front = self.front
        if screen is not front and not getattr(screen, "GIVES_WAY", False):
            return  # a form or a question is open: it comes first
        situation = front.situation()
        for action in actions_of(front.NAME):
            if action.id != "palette":
                why = action.why_not(situation)
                text = f"not now: {why}" if why else with_keys(action.help)
                yield SystemCommand(action.title, text, lambda name=action.id: self._command(name))

    @property
    def front(self) -> CockpitScreen:
        """The screen in front, under whatever dialogs there are."""
        return next(screen for screen in reversed(self.screen_stack) if isinstance(screen, CockpitScreen))

    def _command(self, name: str) -> None:
        """The palette was asked for an action; a page that is only read closes for it."""
        if getattr(self.screen, "GIVES_WAY", False):
            self.screen.dismiss(None)
            self.call_later(self.front.action_act, name)
        else:
            self.front.action_act(name)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While one types into an agent's screen, ctrl+q, ctrl+p and ctrl+c are the agent's."""
        if action in ("quit", "command_palette", "help_quit") and isinstance(self.screen, CockpitScreen):
            return not self.screen.typing
        return super().check_action(action, parameters)

    async def action_quit(self) -> None:
        """Ctrl+q: as the quit action, also from a dialog."""
        if isinstance(self.screen, CockpitScreen):
            self.screen.action_act("quit" if isinstance(self.screen, MainScreen) else "quit_here")
        else:
            self.exit(0)

    # screens

    async def perform(self, screen: CockpitScreen, name: str, at: Situation) -> None:
        """Do the action with this id there. Raises CockpitError."""
        await operations_on(screen).perform(name, at)

    def asks_no_more(self) -> None:
        """The operation that runs now opens no dialog from here on."""
        self.keys_in_order.asks_no_more()

    def show_screen(self, name: str) -> CockpitScreen:
        """Put the screen of this NAME in front: over the main one, in place of whatever was over it.

        Not over a dialog that has opened meanwhile: it comes first, with what is typed in it.
        """
        front = self.screen
        if not isinstance(front, CockpitScreen):
            return self.front
        if name == front.NAME:
            return front
        screen = screen_named(name)(self.live)
        if isinstance(front, MainScreen):
            self.push_screen(screen)
        else:
            self.switch_screen(screen)
        return screen

    def show_main(self) -> MainScreen:
        """Put the main screen in front; where a dialog is open, when that closes."""
        main = next(screen for screen in self.screen_stack if isinstance(screen, MainScreen))
        self._main_wanted = not isinstance(self.screen, CockpitScreen)
        while self.screen is not main and not self._main_wanted:
            self.pop_screen()
        return main

    def open_welcome(self, *, first: bool = False) -> None:
        """The first project, or a further one."""
        from cockpit.tui.form.first_project import folder_here
        from cockpit.tui.screens.welcome import WelcomeScreen

        self.push_screen(WelcomeScreen(self.live.context, folder=folder_here(), first=first), self._welcomed)

    def _welcomed(self, answer: Project | str | None) -> None:
        if answer == "demo":
            self.exit(START_DEMO)
        elif isinstance(answer, Project):
            from cockpit.tui.form.drafts import Drafts

            Drafts(self.live.context.places.forms).remember_project(answer.name)
            self.notify(
                f"Project {answer.name} is registered for {answer.user}."
                f" Press {key_for('enqueue')} to enqueue its first job.",
                markup=False,
            )


if TYPE_CHECKING:
    _what_screens_know: type[Cockpit] = CockpitApp
