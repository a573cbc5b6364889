"""The form for new jobs: checked while one types, and saying what will happen.

It is a thin shell: the fields are in enqueue_fields.py, what is decided in tui/form/. Nothing typed is lost: a draft is
kept as one types, and goes when its jobs are in the queue.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.screen import ModalScreen
from textual.timer import Timer
from textual.widgets import Button, Input, TextArea

from cockpit.base.errors import CockpitError
from cockpit.domain.job import Accepted, Job
from cockpit.tui.dialogs.enqueue_drafts import DraftKeeper
from cockpit.tui.dialogs.enqueue_fields import FIELDS, Form, focused_field
from cockpit.tui.dialogs.pick import Item, PickDialog
from cockpit.tui.form.desk import Desk
from cockpit.tui.form.history import PromptHistory
from cockpit.tui.form.judge import Verdict
from cockpit.tui.form.templates import fill, first_place
from cockpit.tui.form.values import Values
from cockpit.tui.outside import edit_text
from cockpit.tui.steady import Steady
from cockpit.tui.widgets.combo import Combo
from cockpit.tui.widgets.prompt_area import PromptArea
from cockpit.tui.widgets.segments import Segments
from cockpit.tui.words import plural

_PAUSE = 0.08  # seconds without a key before the form is judged
_LONG_PAUSE = 0.3  # with a long prompt
_PATIENCE = 1.0  # seconds after which it is judged although keys come
_LONG = 400  # lines
_SIZES: list[tuple[int, str]] | None = [(0, "-narrow"), (80, "-small"), (100, "-wide")]
_HEIGHTS: list[tuple[int, str]] | None = [(0, "-low"), (34, "-tall")]


def _state_word(job: Job, warns: str) -> str:
    """In the list of jobs to come after, what only a person lets go is told by its own word."""
    return "held" if job.held else "endless" if warns else str(job.state)


class EnqueueDialog(Steady, ModalScreen[list[Accepted] | None]):
    """Ends with what was accepted, or None; `values` is what it opens with, `draft_id` the draft that they are of."""

    CSS_PATH = "enqueue.tcss"
    AUTO_FOCUS = ""  # on_mount says where to begin; a key that comes meanwhile must not go to the first field
    HORIZONTAL_BREAKPOINTS = _SIZES
    VERTICAL_BREAKPOINTS = _HEIGHTS
    BINDINGS: ClassVar[list[Binding]] = [  # type: ignore[assignment]  # one kind of what Textual allows
        Binding("escape", "give_up", "Cancel"),
        Binding("ctrl+s", "submit", "Enqueue", priority=True),
        Binding("ctrl+e", "edit", "Editor", priority=True),
        Binding("ctrl+t", "template", "Templates", priority=True),
        Binding("ctrl+l", "lines", "Each line is a job", priority=True),
        Binding("ctrl+o", "pick_needs", "Jobs to come after", priority=True),
        Binding("ctrl+n", "afresh", "Start empty", priority=True),
        Binding("ctrl+r", "bring_back", "Bring a draft back", priority=True),
    ]

    def __init__(self, desk: Desk, values: Values, *, draft_id: str = "", says: str = "") -> None:
        super().__init__()
        self._desk = desk
        self._start = values
        self._keeper = DraftKeeper(desk, draft_id)
        self._restored: Values | None = Values.of(values.texts()) if draft_id else None
        self.foretold = ""  # what was said of its jobs when they went into the queue
        self._says = says
        self._history = PromptHistory(desk.earlier(values.project))
        self._history_of = values.project
        self._timer: Timer | None = None
        self._first_key = 0.0
        self._pasted = False
        self._sending = False
        self._left = False

    def compose(self) -> ComposeResult:
        form = Form(self._start, self._desk)
        form.border_title = "Enqueue a job"
        yield form

    @property
    def form(self) -> Form:
        """The fields."""
        return self.query_one(Form)

    @property
    def area(self) -> PromptArea:
        """The prompt."""
        return self.query_one(PromptArea)

    @property
    def _open(self) -> bool:
        """Are the fields there? A verdict may come when they are not any more."""
        return not self._left and self.is_attached and bool(self.query("#cancel"))

    def on_mount(self) -> None:
        self.area.move_cursor(self.area.document.end)
        if self._restored is not None:
            self.area.select_all()
        else:
            self._keeper.given(self.form.values())
        self.form.go_to("prompt" if self._start.project else "project")
        self._tell_draft(self._says)
        self._judge()

    # while one types

    @on(TextArea.Changed)
    def _prompt_changed(self) -> None:
        self._pasted = self._pasted and bool(self.area.document.line_count > 1)
        if self._restored is not None and self.area.text != self._restored.prompt:
            self._keeper.put_aside(self._restored)  # typed over in one stroke: it stays a draft of its own
            self._restored = None
            self._tell_draft("The draft stays; ^r brings it back." if self.area.text else "")
        self._later()

    @on(TextArea.SelectionChanged)
    def _moved_in_prompt(self) -> None:
        """Who moves in a restored text goes on with it."""
        area = self.area
        if self._restored is not None and area.text == self._restored.prompt and area.selection.is_empty:
            self._restored = None

    @on(Input.Changed)
    @on(Combo.Changed)
    @on(Segments.Changed)
    def _field_changed(self) -> None:
        self._later()

    def _later(self) -> None:
        """Judge, and keep the draft, when the keys rest; at least once a second, also for somebody who never rests."""
        now = time.monotonic()
        if self._timer is not None:
            if now - self._first_key > _PATIENCE:
                return
            self._timer.stop()
        else:
            self._first_key = now
        pause = _LONG_PAUSE if self.area.document.line_count > _LONG else _PAUSE
        self._timer = self.set_timer(pause, self._rested)

    def store_read(self) -> None:
        """Something has changed below: what will happen may be another thing now."""
        if self._timer is None and self._open:
            self._timer = self.set_timer(_LONG_PAUSE, self._rested)

    def on_descendant_focus(self) -> None:
        """One sees where one is."""
        self.form.mark_focused(focused_field(self))

    def _stop_judging(self) -> None:
        """What is under way would only be older."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self.workers.cancel_group(self, "judge")

    def _rested(self) -> None:
        self._timer = None
        if not self._open:
            return
        self._judge()
        self._keep(self._written())

    def _written(self) -> Values:
        """What a draft would keep: no earlier prompt that was only looked at."""
        values = self.form.values()
        return replace(values, prompt=self._history.own(values.prompt))

    @work(thread=True, exclusive=True, group="draft")
    def _keep(self, values: Values) -> None:
        self._keeper.keep(values)

    @work(exclusive=True, group="judge")
    async def _judge(self) -> None:
        self._tell(await self._desk.look(self.form.values()))

    def _tell(self, verdict: Verdict, *, insist: bool = False) -> None:
        """Show it; what is merely missing is told mutely, until it is insisted on."""
        if not self._open:
            return
        form = self.form
        errors = {**verdict.errors, **(verdict.missing if insist else {})}
        form.tell_errors(
            {name: says for name, says in errors.items() if insist or not form.is_choosing(name)}
        )
        missing = "" if verdict.errors else "; ".join(verdict.missing.values())
        if verdict.ready:
            warned = Content.styled(f"\n! {verdict.warns}", "bold $warning") if verdict.warns else Content("")
            form.tell("verdict", Content(f"▸ {verdict.says}") + warned)
        else:
            said = f"To enqueue: {missing}." if missing else ""
            form.tell("verdict", Content.styled(said, "$muted"))
        form.query_one("#verdict").set_class(verdict.ready or bool(missing), "-seen")
        values = form.values()
        form.tell("whose", self._whose(values))
        form.tell("note", self._note(values))
        form.tell_button(self._button(values))
        if values.project != self._history_of and values.project in self._desk.projects():
            self._history_of = values.project
            self._history.turn_to(self._desk.earlier(values.project), values.prompt)

    def _whose(self, values: Values) -> str:
        known = self._desk.projects().get(values.project)
        if known is None:
            return ""
        agent = values.agent if values.agent in self._desk.agents() else known[1]
        return f"for {values.user or known[0]}, by {agent}"

    def _note(self, values: Values) -> str | Content:
        count = (
            len(values.prompts)
            if values.each_line
            else sum(bool(x.strip()) for x in values.prompt.splitlines())
        )
        if self._history.at:
            return f"earlier prompt {self._history.at} of {self._history_of or 'no project'} · ^↑ older · ^↓ back"
        if values.each_line:
            return f"{plural(count, 'job')}, one per line · ^l makes it one job"
        if self._pasted and count > 1:
            says = f"{count:,} lines pasted: ^l makes {count:,} jobs, one per line"
            return Content.styled(says, "bold $accent")
        if count > 1:
            return f"{count:,} lines, {len(values.prompt):,} characters · ^l makes each line a job"
        return "^↑ earlier prompts · ^t templates · ^e $EDITOR"

    def _button(self, values: Values) -> str:
        count = len(values.prompts)
        return f"Enqueue {count:,} jobs (^s)" if values.each_line and count > 1 else "Enqueue (^s)"

    # keys

    @on(Input.Submitted)
    async def _onward(self) -> None:
        """To the next field, unless what stands in this one won't do."""
        name = focused_field(self)
        verdict = await self._desk.look(self.form.values())
        if name in verdict.errors:
            self._tell(verdict)
            self.app.bell()
        else:
            self.focus_next()

    @on(PromptArea.Stepped)
    def _step(self, event: PromptArea.Stepped) -> None:
        shown = self.area.text
        found = self._history.older(shown) if event.older else self._history.newer(shown)
        if found is None:
            self.app.bell()
        else:
            self.area.show_text(found)

    @on(PromptArea.ListPasted)
    def _list_pasted(self) -> None:
        self._pasted = True
        self._later()

    def action_lines(self) -> None:
        """Each line a job, or all of them one."""
        lines = self.form.query_one("#each_line", Segments)
        lines.value = "" if lines.value else "yes"

    @work
    async def action_edit(self) -> None:
        """The prompt in the person's editor."""
        try:
            self.area.show_text(await edit_text(self.app, self.area.text))
        except CockpitError as error:
            self._tell_draft(str(error))

    @work
    async def action_template(self) -> None:
        """A prompt from the templates, in place of an empty one, else where the cursor is."""
        found = await self._desk.templates()
        items = [Item(each.name, each.title, each.name, each.prompt) for each in found.usable]
        empty = f"No templates yet: write {self._desk.template_folder}/NAME.md, its first line is the title."
        chosen = await self.app.push_screen_wait(
            PickDialog("Templates", items, empty=empty, problems=found.problems)
        )
        if chosen:
            template = next(each for each in found.usable if each.name == chosen[0])
            self._insert(fill(template.prompt, self._desk.known_words(self.form.values())))

    def _insert(self, text: str) -> None:
        area = self.area
        if area.text.strip():
            start = area.selection.start
            area.replace(text, *area.selection)
        else:
            start = (0, 0)
            area.show_text(text)
        area.focus()
        if (place := first_place(text)) is not None:
            area.select_after(start, *place)

    @work
    async def action_pick_needs(self) -> None:
        """Mark the jobs that must complete first."""
        field = self.form.query_one("#after", Input)
        jobs = self._desk.open_jobs()
        items = [
            Item(
                job.id, f"{job.id}  {_state_word(job, warns):<8} {job.user}/{job.project}", head, warns=warns
            )
            for job, head, warns in jobs
        ]
        marks = [id_ for id_ in self.form.values().needed if any(id_ == item.id for item in items)]
        typed = [part for part in self.form.values().needed if part not in marks]
        empty = "No job waits or runs: there is nothing to come after."
        chosen = await self.app.push_screen_wait(PickDialog("Comes after", items, marks=marks, empty=empty))
        if chosen is not None:
            field.value = " ".join([*typed, *chosen])
            field.focus()

    # drafts

    def _tell_draft(self, says: str) -> None:
        line = self.form.query_one("#draft")
        line.set_class(bool(says), "-seen")
        self.form.tell("draft", says)

    def action_afresh(self) -> None:
        """An empty form; what stood here is kept."""
        values = self._written()
        written = self._keeper.is_written(values)
        self._keeper.put_aside(values)
        self._restored = None
        self.form.fill(Values(project=values.project))
        self._tell_draft("Kept as a draft; ^r brings it back." if written else "")
        self.form.go_to("prompt")

    def action_bring_back(self) -> None:
        """The next of the drafts that are kept."""
        found = self._keeper.next_one(self._written())
        if found is None:
            self._tell_draft("No other draft is kept.")
            return
        self._restored = None
        self.form.fill(Values.of(found.values))
        self._restored = self.form.values()
        self.area.select_all()
        self._tell_draft(self._keeper.says(found))
        self.form.go_to("prompt")

    # the end

    @on(Button.Pressed, "#submit")
    def action_submit(self) -> None:
        """Put the jobs into the queue, once, however often the key comes."""
        if self._open and not self._sending:
            self._sending = True
            self._submit()

    @work
    async def _submit(self) -> None:
        self._stop_judging()
        try:
            verdict = await self._desk.look(self.form.values())
            accepted = await self._desk.enqueue(verdict.requests) if verdict.ready else []
        except CockpitError as error:
            verdict, accepted = Verdict({"prompt": str(error)}), []
        finally:
            self._sending = False
        if accepted:
            self._keeper.done()
            self.foretold = verdict.says
            self._left = True
            self.dismiss(accepted)
        else:
            self._refuse(verdict)

    def _refuse(self, verdict: Verdict) -> None:
        """Say what is wrong, and go to the first field where it is."""
        self._tell(verdict, insist=True)
        wrong = {**verdict.errors, **verdict.missing}
        if focused_field(self) not in wrong:
            self.form.go_to(next(name for name in FIELDS if name in wrong))
        self.app.bell()

    @on(Button.Pressed, "#cancel")
    def action_give_up(self) -> None:
        """Leave; what was written is kept as a draft."""
        if self._open and not self._sending:
            self._keeper.leave(self._written())
            self._left = True
            self.dismiss(None)
