"""The enqueue form by its keys: every field, what it says, and that nothing typed is ever lost."""

from __future__ import annotations

import random
import stat
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input, OptionList, Static

from cockpit.domain.job import NewJob, Priority, State
from cockpit.tui.dialogs.enqueue import EnqueueDialog
from cockpit.tui.dialogs.enqueue_fields import FIELDS, LABELS, focused_field
from cockpit.tui.dialogs.pick import PickDialog
from cockpit.tui.form.values import Values
from cockpit.tui.widgets.combo import Combo
from cockpit.tui.widgets.prompt_area import PromptArea
from cockpit.tui.widgets.segments import Segments
from tests.ui.conftest import MakeStage
from tests.ui.stage import CONFIG, Stage, main, text, until, until_text


def form(pilot: Pilot[int]) -> EnqueueDialog:
    """The opened form."""
    assert isinstance(pilot.app.screen, EnqueueDialog)
    return pilot.app.screen


async def opened(pilot: Pilot[int], key: str = "e") -> EnqueueDialog:
    await pilot.press(key)
    await until(pilot, lambda: isinstance(pilot.app.screen, EnqueueDialog) and form(pilot).query("#verdict"))
    await pilot.pause()
    return form(pilot)


async def closed(pilot: Pilot[int]) -> None:
    await until(pilot, lambda: pilot.app.screen is main(pilot))


def waiting(stage: Stage) -> list[str]:
    """The prompts that wait, in their order."""
    return [stage.store.prompt(job.id) for job in stage.store.waiting(100)]


async def test_a_job_from_the_first_key_to_the_queue(stage: Stage) -> None:
    stage.start("web")
    async with stage.open((80, 24)) as pilot:
        dialog = await opened(pilot)
        dialog.form.fill(Values())
        dialog.form.go_to("project")
        await pilot.press("w")
        project = dialog.query_one("#project", Combo)
        await until(pilot, lambda: project.is_open)
        assert "✖" not in text(pilot), "what can still become a project is no mistake"
        await pilot.press("enter")
        assert project.value == "web"
        assert dialog.focused is dialog.area
        await until_text(pilot, "for alice, by shell")
        await until_text(pilot, "To enqueue: write what the agent should do.")
        await pilot.press(*"Fix [bold]it[/bold]", "enter", *"and test it")
        await until_text(pilot, "Waits for alice's lock")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: stage.store.counts().states[State.PENDING] == 1)
        job = stage.store.waiting(1)[0]
        assert (job.project, job.user, job.priority) == ("web", "alice", Priority.NORMAL)
        assert stage.store.prompt(job.id) == "Fix [bold]it[/bold]\nand test it"
        await closed(pilot)
        await until_text(pilot, job.id)


async def test_the_list_of_projects_by_keys_and_by_mouse(stage: Stage) -> None:
    async with stage.open() as pilot:
        dialog = await opened(pilot)
        project = dialog.query_one("#project", Combo)
        assert dialog.focused is project.input
        await pilot.press("down")
        assert project.is_open
        await pilot.press("down", "down", "up", "tab")
        assert project.value == "api"
        assert dialog.focused is dialog.area
        await pilot.press("shift+tab", "home", *"d")
        await pilot.press("ctrl+k", "escape")
        assert not project.is_open, "escape closes the list first"
        assert pilot.app.screen is dialog
        project.value = ""
        await pilot.press("o")
        names = project.query_one(OptionList)
        await until(pilot, lambda: names.option_count == 1)
        await pilot.click(names, offset=(3, 0))
        await until(pilot, lambda: project.value == "docs")
        assert dialog.focused is project.input


async def test_the_last_project_is_remembered_over_restarts(stage: Stage) -> None:
    async with stage.open() as pilot:
        dialog = await opened(pilot)
        dialog.form.fill(Values("docs", "Write it"))
        await pilot.press("ctrl+s")
        await closed(pilot)
    async with stage.open() as pilot:
        dialog = await opened(pilot)
        assert dialog.form.values().project == "docs"
        assert dialog.focused is dialog.area


async def test_every_field_reaches_the_job(stage: Stage) -> None:
    first = stage.enqueue("api")
    async with stage.open((80, 24)) as pilot:
        dialog = await opened(pilot)
        dialog.form.go_to("project")
        dialog.query_one("#project", Combo).value = ""
        await pilot.press(*"web", "enter")
        await pilot.press(*"Do it", "tab", "tab", "h", "tab")
        assert dialog.form.values().priority == "high"
        await pilot.press(*"codex", "enter", *"carol", "tab")
        await pilot.press(*first, "tab", *"2h", "tab", *"3", "tab", *"1h", "tab")
        await until_text(pilot, "Starts at")
        await pilot.press("ctrl+s")
        await closed(pilot)
        job = stage.store.delayed(1)[0]
        assert (job.user, job.agent, job.priority, job.retries, job.timeout) == ("carol", "codex", 1, 3, 3600)
        assert [id_ for id_, _ in stage.store.needs(job.id)] == [first]


async def test_a_mistake_is_told_at_its_field_and_not_enqueued(stage: Stage) -> None:
    async with stage.open((80, 24)) as pilot:
        dialog = await opened(pilot)
        for values, told in (
            (Values("nowhere", "x"), "unknown project 'nowhere'"),
            (Values("web", "x\0y"), "holds a NUL character"),
            (Values("web", "x", agent="gtp"), "unknown agent 'gtp'"),
            (Values("web", "x", user="a\tb"), "1 to 100 printable characters"),
            (Values("web", "x", after="zzz"), "no job 'zzz'"),
            (Values("web", "x", start="soon"), "'soon' is no time; write 10m, 2h, 1d, 18:30"),
            (Values("web", "x", retries="lots"), "a number from 0 to 1000"),
            (Values("web", "x", timeout="long"), "'long' is not a duration"),
        ):
            dialog.form.fill(values)
            await until(
                pilot, lambda told=told: told in " ".join(text(pilot).replace("│", " ").split()), told
            )
            bad = [label.id for label in dialog.query("Label.-bad")]
            await pilot.press("ctrl+s")
            await pilot.pause()
            assert pilot.app.screen is dialog
            assert bad == [f"{focused_field(dialog)}-label"]
            assert stage.store.counts().states[State.PENDING] == 0


async def test_what_is_missing_is_a_mistake_only_when_one_insists(stage: Stage) -> None:
    async with stage.open() as pilot:
        await opened(pilot)
        await until_text(pilot, "To enqueue: choose a project; write what the agent should do.")
        assert "✖" not in text(pilot)
        await pilot.press("ctrl+s")
        await until_text(pilot, "✖ choose a project")
        await until_text(pilot, "✖ write what the agent should do")


async def test_earlier_prompts_and_the_draft_between_them(stage: Stage) -> None:
    for prompt in ("one", "two\nlines", "two\nlines"):
        stage.enqueue("web", prompt)
    stage.enqueue("api", "of another project")
    async with stage.open() as pilot:
        dialog = await opened(pilot)
        dialog.form.fill(Values("web"))
        dialog.form.go_to("prompt")
        await pilot.press(*"mine")
        await until_text(pilot, "for alice")
        await pilot.press("ctrl+up")
        assert dialog.area.text == "two\nlines"
        await until_text(pilot, "earlier prompt 1 of web")
        await pilot.press("alt+up")
        assert dialog.area.text == "one"
        await pilot.press("alt+up", "ctrl+down", "alt+down")
        assert dialog.area.text == "mine"
        await pilot.press("ctrl+up", "ctrl+z")
        assert dialog.area.text == "mine", "undo works, too"
        await pilot.press("ctrl+up")
        await until_text(pilot, "earlier prompt 2 of web")
        await pilot.press("escape")
        await closed(pilot)
        again = await opened(pilot)
        assert again.area.text == "mine", "what was only looked at is no draft"


async def test_each_line_a_job_in_one_transaction(stage: Stage) -> None:
    async with stage.open() as pilot:
        dialog = await opened(pilot)
        dialog.form.fill(Values("web"))
        dialog.form.go_to("prompt")
        pilot.app.post_message(events.Paste("- Fix the header\n- Sort the orders\n\n- Write the notes\n"))
        await until_text(pilot, "3 lines pasted: ^l makes 3 jobs, one per line")
        await pilot.press("ctrl+l")
        await until_text(pilot, "3 jobs, one per line. The first: starts now.")
        await until_text(pilot, "Enqueue 3 jobs (^s)")
        await pilot.press("ctrl+s")
        await closed(pilot)
        assert waiting(stage) == ["Fix the header", "Sort the orders", "Write the notes"]
        await until_text(pilot, "3 jobs of alice are in the queue, the first starts now.")


async def test_a_thousand_lines_are_quick_and_all_or_nothing(stage: Stage) -> None:
    async with stage.open() as pilot:
        dialog = await opened(pilot)
        dialog.form.fill(Values("web", "\n".join(f"Task number {n}" for n in range(1000)), "yes"))
        await until_text(pilot, "1,000 jobs, one per line.")
        await pilot.press("ctrl+s")
        await closed(pilot)
        assert stage.store.counts().states[State.PENDING] == 1000


async def test_a_template_is_found_filled_in_and_its_first_gap_selected(
    make_stage: MakeStage, tmp_path: Path
) -> None:
    stage = make_stage()
    folder = Path(stage.context.places.templates)
    folder.mkdir(parents=True)
    (folder / "fix.md").write_text("# Fix a bug\n\nFix {what} in {project} for {user}.\n")
    (folder / "audit.md").write_text("# Audit the code\n\nLook for holes.\n")
    (folder / "bad.md").write_bytes(b"# \xff\n")
    async with stage.open() as pilot:
        dialog = await opened(pilot)
        dialog.form.fill(Values("web"))
        await pilot.press("ctrl+t")
        await until_text(pilot, "bad.md: line 1 is not UTF-8")
        await pilot.press(*"fbug")
        await until_text(pilot, "Fix {what} in {project}")
        await pilot.press("enter")
        await until(pilot, lambda: dialog.area.text == "Fix {what} in web for alice.")
        await pilot.press(*"the menu")
        assert dialog.area.text == "Fix the menu in web for alice."


async def test_without_templates_it_says_where_they_go(stage: Stage) -> None:
    async with stage.open() as pilot:
        await opened(pilot)
        await pilot.press("ctrl+t")
        await until_text(pilot, "No templates yet: write")
        await pilot.press("enter", "escape")
        assert isinstance(pilot.app.screen, EnqueueDialog)


async def test_jobs_to_come_after_are_picked_from_a_list(stage: Stage) -> None:
    running = stage.start("api", prompt="Build the thing")
    ids = [stage.enqueue("web", f"Prompt number {n}") for n in range(3)]
    async with stage.open() as pilot:
        dialog = await opened(pilot)
        dialog.form.fill(Values("web", "x"))
        await pilot.press("ctrl+o")
        await until_text(pilot, "Build the thing")
        picker = pilot.app.screen
        assert isinstance(picker, PickDialog)
        await pilot.press("tab")
        await until_text(pilot, "1 job marked")
        await pilot.press(*ids[1])
        await until(pilot, lambda: picker.query_one(OptionList).option_count == 1)
        await pilot.press("tab", "enter")
        await until(pilot, lambda: dialog.query_one("#after", Input).value == f"{running.id} {ids[1]}")
        await until_text(pilot, f"Waits until {running.id}, {ids[1]} have completed.")
        await pilot.press("ctrl+o")
        await until_text(pilot, "2 jobs marked")
        await pilot.press("tab", "escape")
        assert dialog.query_one("#after", Input).value == f"{running.id} {ids[1]}"


async def test_a_part_of_an_id_will_do(stage: Stage) -> None:
    first = stage.enqueue("api")
    async with stage.open() as pilot:
        dialog = await opened(pilot)
        dialog.form.fill(Values("web", "x", after=first[-4:]))
        await until_text(pilot, f"Waits until {first} has completed.")


async def test_a_draft_survives_escape_and_is_gone_when_enqueued(stage: Stage) -> None:
    async with stage.open() as pilot:
        dialog = await opened(pilot)
        dialog.form.fill(Values("web", "Half of a thought 🚀", priority="low"))
        await pilot.press("escape")
        await closed(pilot)
        stage.clock.advance(600)
        dialog = await opened(pilot)
        assert dialog.form.values() == Values("web", "Half of a thought 🚀", priority="low")
        await until_text(pilot, "Your draft of 10m ago is back, selected: typing replaces it")
        await pilot.press("ctrl+s")
        await closed(pilot)
        assert waiting(stage) == ["Half of a thought 🚀"]
        dialog = await opened(pilot)
        assert dialog.form.values() == Values("web")


async def test_a_draft_is_on_disk_before_the_terminal_dies(stage: Stage) -> None:
    folder = Path(stage.context.places.forms)
    async with stage.open() as pilot:
        dialog = await opened(pilot)
        dialog.form.fill(Values("web", "Half"))
        await until(pilot, lambda: any(folder.glob("draft-*.json")))
        file = next(folder.glob("draft-*.json"))
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        dialog.form.fill(Values("web", ""))
        await until(pilot, lambda: not file.exists())


async def test_starting_empty_keeps_the_draft_for_later(stage: Stage) -> None:
    async with stage.open() as pilot:
        dialog = await opened(pilot)
        dialog.form.fill(Values("web", "First thought"))
        await pilot.press("ctrl+n")
        assert dialog.form.values() == Values("web")
        await until_text(pilot, "Kept as a draft; ^r brings it back.")
        await pilot.press(*"Other", "ctrl+r")
        assert dialog.form.values().prompt == "First thought"
        await pilot.press("ctrl+r")
        assert dialog.form.values().prompt == "Other"
        await pilot.press("ctrl+s")
        await closed(pilot)
        assert waiting(stage) == ["Other"]
        dialog = await opened(pilot)
        assert dialog.form.values().prompt == "", "what was put aside does not come by itself"
        await pilot.press("ctrl+r")
        assert dialog.form.values().prompt == "First thought"


async def test_like_this_one(stage: Stage) -> None:
    stage.store.enqueue(
        [NewJob("api", "dave", "codex", "As before", Priority.HIGH, retries=2, timeout=90.0)],
        stage.clock.now(),
    )
    async with stage.open() as pilot:
        dialog = await opened(pilot, "N")
        expected = Values("api", "As before", "", "high", "codex", "dave", retries="2", timeout="90s")
        assert dialog.form.values() == expected
        await pilot.press("ctrl+s")
        await closed(pilot)
        assert waiting(stage) == ["As before", "As before"]


async def test_like_this_one_needs_a_job(stage: Stage) -> None:
    async with stage.open() as pilot:
        await pilot.press("N")
        await until_text(pilot, "Enqueue like this one: no job is selected.")


async def test_the_editor_has_the_prompt(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def edited(_: object, before: str) -> str:
        return before + "\nfrom the editor"

    monkeypatch.setattr("cockpit.tui.dialogs.enqueue.edit_text", edited)
    async with stage.open() as pilot:
        dialog = await opened(pilot)
        dialog.form.fill(Values("web", "mine"))
        await pilot.press("ctrl+e")
        await until(pilot, lambda: dialog.area.text == "mine\nfrom the editor")


async def test_what_the_store_refuses_is_told_and_the_form_stays(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cockpit.base.errors import Unavailable
    from cockpit.tui.form.desk import Desk

    async def full(*_: object) -> list[object]:
        raise Unavailable("the disk is full")

    monkeypatch.setattr(Desk, "enqueue", full)
    async with stage.open() as pilot:
        dialog = await opened(pilot)
        dialog.form.fill(Values("web", "mine"))
        await pilot.press("ctrl+s")
        await until_text(pilot, "the disk is full")
        assert pilot.app.screen is dialog
        assert dialog.area.text == "mine"


async def test_sixty_kilobytes_of_anything_arrive_as_they_are(stage: Stage) -> None:
    prompt = "".join(f"line {n}: \"quotes\" 'and' $(things) 🚀 [red]x[/red]\n" for n in range(1200)).rstrip(
        "\n"
    )
    assert len(prompt) > 50_000
    async with stage.open() as pilot:
        dialog = await opened(pilot)
        dialog.form.fill(Values("web"))
        dialog.form.go_to("prompt")
        pilot.app.post_message(events.Paste(prompt))
        await until(pilot, lambda: dialog.area.text == prompt)
        judged: list[object] = []
        look = dialog._judge
        dialog._judge = lambda: (judged.append(1), look())[1]  # type: ignore[method-assign, assignment]  # counts
        await pilot.press(*"abcdefghij")
        assert len(judged) <= 1, "not for every key"
        await pilot.press("ctrl+s")
        await closed(pilot)
        assert waiting(stage) == [prompt + "abcdefghij"]


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_every_field_is_seen_and_reached(stage: Stage, size: tuple[int, int]) -> None:
    async with stage.open(size) as pilot:
        dialog = await opened(pilot)
        dialog.form.fill(Values("web", "x"))
        await until_text(pilot, "Starts now.")
        shown = text(pilot)
        for word in LABELS.values():
            assert word in shown, word
        assert "Enqueue (^s)" in shown
        assert "critical" in shown
        dialog.form.go_to("project")
        reached = set()
        for _ in range(14):
            focused = dialog.focused
            assert focused is not None
            reached.add(focused.id or (focused.parent.id if focused.parent else None))
            await pilot.press("tab")
        assert set(FIELDS) <= reached
        assert isinstance(dialog.query_one("#verdict"), Static)
        assert isinstance(dialog.area, PromptArea)


async def test_what_is_told_follows_the_store(stage: Stage) -> None:
    async with stage.open() as pilot:
        dialog = await opened(pilot)
        dialog.form.fill(Values("web", "x"))
        await until_text(pilot, "Starts now.")
        running = stage.start("web")
        await until_text(pilot, f"Waits for alice's lock, held by {running.id}")


async def test_nothing_is_drawn_while_nothing_changes(stage: Stage) -> None:
    async with stage.open() as pilot:
        dialog = await opened(pilot)
        dialog.form.fill(Values("web", "x"))
        await until_text(pilot, "Starts now.")
        drawn: list[str] = []
        update = Static.update
        for line in dialog.query(Static):
            line.update = lambda *args, line=line: (drawn.append(str(line.id)), update(line, *args))[1]  # type: ignore[method-assign]  # counts
        for _ in range(3):
            dialog._rested()
            await pilot.pause(0.05)
        assert drawn == []


async def test_words_in_a_row_are_chosen_by_mouse_and_by_their_first_letter(stage: Stage) -> None:
    async with stage.open((80, 24)) as pilot:
        dialog = await opened(pilot)
        priority = dialog.query_one("#priority", Segments)
        for x, chosen in ((1, "critical"), (11, "high"), (18, "normal"), (26, "low")):
            await pilot.click(priority, offset=(x, 0))
            assert priority.value == chosen
        await pilot.press("c")
        assert priority.value == "critical"
        await pilot.press("left", "left", "right", "n")
        assert priority.value == "normal"


async def test_like_this_one_from_the_history(stage: Stage) -> None:
    stage.finish(stage.start("api", prompt="Once more"))
    async with stage.open() as pilot:
        await pilot.press("f")
        await until_text(pilot, "Once more")
        dialog = await opened(pilot, "N")
        assert dialog.form.values() == Values("api", "Once more", priority="critical")


KEYS = [
    *"ab 9", "tab", "shift+tab", "enter", "down", "up", "left", "right", "backspace", "home", "end", "delete",
    "ctrl+up", "ctrl+down", "alt+up", "ctrl+l", "ctrl+o", "ctrl+t", "ctrl+n", "ctrl+r", "escape", "ctrl+z", "ctrl+k",
    "space", "pagedown", "ctrl+s", "e", "N",
]  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
async def test_no_sequence_of_keys_breaks_it(stage: Stage, seed: int) -> None:
    for n in range(3):
        stage.enqueue("web", f"Prompt number {n}")
    keys = random.Random(seed)
    async with stage.open((80, 24)) as pilot:
        await opened(pilot)
        for _ in range(120):
            await pilot.press(keys.choice(KEYS))
        assert pilot.app._exception is None
        assert pilot.app.is_running


async def test_the_key_pressed_twice_enqueues_once(stage: Stage) -> None:
    async with stage.open() as pilot:
        dialog = await opened(pilot)
        dialog.form.fill(Values("web", "once"))
        for _ in range(3):
            dialog.action_submit()
        dialog.action_give_up()
        await closed(pilot)
        await until(pilot, lambda: waiting(stage) == ["once"])
        await pilot.press("e")
        assert (await opened(pilot, "home")).form.values().prompt == "", "and leaves no draft"


@pytest.mark.parametrize("theme", ["ansi", "contrast"])
async def test_lists_are_drawn_in_every_kind_of_theme(make_stage: MakeStage, theme: str) -> None:
    stage = make_stage(f'{CONFIG}\n[ui]\ntheme = "{theme}"\n')
    stage.enqueue("web", "Sort the orders")
    async with stage.open((80, 24)) as pilot:
        dialog = await opened(pilot)
        dialog.form.fill(Values("web", "x"))
        dialog.form.go_to("agent")
        await pilot.press("o")
        await until_text(pilot, "opencode")
        await pilot.press("ctrl+o", "s", "tab")
        await until_text(pilot, "[x]")


async def test_an_endless_wait_is_warned_of_in_the_picker_and_the_preview(stage: Stage) -> None:
    held = stage.enqueue("api", "Build it")
    stage.store.hold("job", held, stage.clock.now())
    behind = stage.enqueue("web", "Test it", after=(held,))
    async with stage.open() as pilot:
        dialog = await opened(pilot)
        dialog.form.fill(Values("docs", "x"))
        await pilot.press("ctrl+o")
        await until_text(pilot, "space or tab marks")
        picker = pilot.app.screen
        assert isinstance(picker, PickDialog)
        await pilot.press(*behind)
        await until_text(pilot, f"No end yet: {behind} waits for {held}, which is held (h resumes it).")
        picker.query_one(Input).value = ""
        await until(pilot, lambda: picker.query_one(OptionList).option_count == 2)
        await pilot.press("space")
        await until_text(pilot, "1 job marked")
        assert picker.query_one(Input).value == "", "space marks as everywhere"
        await pilot.press("space")
        await until_text(pilot, "2 jobs marked")
        await pilot.press("i", "t", "space")
        assert picker.query_one(Input).value == "it ", "in words that one searches for it is a space"
        await pilot.press("enter")
        await until_text(pilot, "Waits until")
        await until_text(pilot, f"{held}, which is held (h resumes it).")


async def test_what_nobody_wrote_is_no_draft(stage: Stage) -> None:
    stage.enqueue("web", "As before")
    async with stage.open() as pilot:
        assert (await opened(pilot, "N")).area.text == "As before"
        await pilot.press("escape")
        await closed(pilot)
        dialog = await opened(pilot)
        assert dialog.area.text == ""
        await pilot.press("escape")
        await closed(pilot)
        dialog = await opened(pilot, "N")
        await pilot.press("!", "escape")
        await closed(pilot)
        assert (await opened(pilot)).area.text == "As before!"


async def test_a_restored_draft_is_selected_and_typing_begins_another(stage: Stage) -> None:
    async with stage.open() as pilot:
        dialog = await opened(pilot)
        dialog.form.fill(Values("web", "Half of a thought"))
        await pilot.press("escape")
        await closed(pilot)
        dialog = await opened(pilot)
        await until_text(pilot, "is back, selected: typing replaces it")
        assert dialog.area.selected_text == "Half of a thought"
        await pilot.press(*"New")
        assert dialog.area.text == "New"
        await until_text(pilot, "The draft stays; ^r brings it back.")
        await pilot.press("ctrl+r")
        await until(pilot, lambda: dialog.area.selected_text == "Half of a thought")
        await pilot.press("right", "!")
        assert dialog.area.text == "Half of a thought!"


async def test_the_project_is_typed_over_and_a_wrong_one_keeps_the_focus(stage: Stage) -> None:
    async with stage.open() as pilot:
        dialog = await opened(pilot)
        dialog.form.fill(Values("docs", "x"))
        dialog.form.go_to("prompt")
        await pilot.press("shift+tab", *"web", "enter")
        assert dialog.form.values().project == "web"
        assert dialog.focused is dialog.area
        await pilot.press("shift+tab", *"zzz", "enter")
        await until_text(pilot, "unknown project 'zzz'")
        assert dialog.focused is dialog.query_one("#project", Combo).input


async def test_a_switch_shows_its_focus_without_colour_and_rings_for_other_letters(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with stage.open() as pilot:
        dialog = await opened(pilot)
        dialog.form.fill(Values("web", "x"))
        dialog.form.go_to("priority")
        await until_text(pilot, "▸normal◂")
        rung: list[int] = []
        monkeypatch.setattr(pilot.app, "bell", lambda: rung.append(1))
        await pilot.press("x", "space")
        assert len(rung) == 1
        assert dialog.form.values().priority == "low"


@pytest.mark.parametrize("size", [(70, 20), (80, 24)])
async def test_nothing_is_cut_and_the_buttons_stay(stage: Stage, size: tuple[int, int]) -> None:
    async with stage.open(size) as pilot:
        dialog = await opened(pilot)
        dialog.form.fill(Values("web", "x"))
        await until_text(pilot, "Starts now.")
        shown = text(pilot)
        assert " low" in shown
        assert "18:30" in shown
        assert "^o after" in shown
        dialog.form.fill(Values("no", "x\0", "", "high", "gtp", "a\tb", "zzz", "soon", "lots", "long"))
        await until_text(pilot, "✖ no job 'zzz'")
        assert "Enqueue (^s)" in text(pilot)
        assert "Cancel (esc)" in text(pilot)


async def test_the_prompt_grows_with_its_text_up_to_a_share(stage: Stage) -> None:
    async with stage.open((120, 40)) as pilot:
        dialog = await opened(pilot)
        assert dialog.area.size.height < 9
        dialog.form.fill(Values("web", "\n".join("abcdefghijklmnopqrstuvwxyz")))
        await until(pilot, lambda: dialog.area.size.height > 10)
        assert dialog.area.size.height < 20
        assert "Enqueue (^s)" in text(pilot)


async def test_what_starts_at_once_is_not_told_a_place(stage: Stage) -> None:
    stage.enqueue("api")
    async with stage.open() as pilot:
        dialog = await opened(pilot)
        dialog.form.fill(Values("web", "x"))
        await until_text(pilot, "Starts now.")
        await pilot.press("ctrl+s")
        await until_text(pilot, "of alice starts now.")
