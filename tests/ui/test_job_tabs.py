"""The tabs of the job pane: what each tells, and looking for a text in it."""

from __future__ import annotations

import pytest

from cockpit.tui.widgets.text_view import TextView
from tests.ui.stage import NOON, Stage, lines, main, text, until, until_text

LOG = "".join(f"step {n}: {'ERROR' if n % 40 == 7 else 'fine'}\n" for n in range(200))


@pytest.mark.parametrize("size", [(120, 40), (100, 24)])
async def test_every_tab_tells_its_part_and_a_click_opens_it(stage: Stage, size: tuple[int, int]) -> None:
    job = stage.start("web", log="printed\n", progress="10% begun\n62% half way", prompt="Mend the header")
    told = {
        "Output": "printed",
        "Progress": "half way",
        "Prompt": "Mend the header",
        "Details": "priority",
        "Events": "Attempts",
    }
    async with stage.open(size) as pilot:
        await until_text(pilot, job.id)
        for name, words in told.items():
            tabs = next(line for line in lines(pilot) if "Screen " in line)
            row = lines(pilot).index(tabs)
            await pilot.click(offset=(tabs.index(name), row))
            await until_text(pilot, words)
            assert main(pilot).pane != "job", "a click on a tab leaves the focus in its list"


async def test_progress_has_a_bar_and_the_times_that_are_known(stage: Stage) -> None:
    job = stage.start("web", progress="10% begun\n")
    async with stage.open() as pilot:
        main(pilot).open_tab("Progress")
        await until_text(pilot, "begun")
        stage.clock.advance(60)
        with (stage.log(job).parent / "progress.md").open("a", encoding="utf-8") as file:
            file.write("62% half way\n")
        await until_text(pilot, "half way")
        shown = [line for line in lines(pilot) if "62%" in line or "10%" in line]
        assert any("██" in line for line in shown)
        rows = [line for line in lines(pilot) if "62%  half way" in line or "10%  begun" in line]
        assert len(rows) == 2
        assert "62%" in rows[0], "the newest first"
        assert ":01:00  " in rows[0]


async def test_progress_and_events_say_what_to_do_where_there_is_nothing(stage: Stage) -> None:
    stage.enqueue("web")
    async with stage.open() as pilot:
        main(pilot).open_tab("Progress")
        await until_text(pilot, "It has not started.")
        main(pilot).open_tab("Events")
        await until_text(pilot, "  queued    ")
    stage.start("api")
    async with stage.open() as pilot:
        main(pilot).open_tab("Progress")
        await until_text(pilot, "cockpit progress 30 'half way'")


async def test_events_tell_attempts_with_their_reasons(stage: Stage) -> None:
    job = stage.enqueue("web", retries=2)
    claim = stage.store.claim(100, 3600, NOON)
    assert claim is not None
    stage.finish(stage.store.get(job), 3)
    async with stage.open() as pilot:
        main(pilot).open_tab("Events")
        await until_text(pilot, "Attempts")
        assert any("1  " in line and "exit code 3 after" in line for line in lines(pilot))
        assert "delayed" in text(pilot)


async def test_slash_finds_in_the_output(stage: Stage) -> None:
    stage.start("web", log=LOG)
    async with stage.open() as pilot:
        await until_text(pilot, "step 199")
        await pilot.press("o", "slash", *"error")
        await until_text(pilot, "5 of 5: error")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.focused, TextView))
        await pilot.press("n")
        await until_text(pilot, "1 of 5: error")
        await until_text(pilot, "step 7: ERROR")
        await pilot.press("N", "N")
        await until_text(pilot, "4 of 5: error")
        await until_text(pilot, "step 127: ERROR")
        await pilot.press("escape")
        await until(pilot, lambda: "of 5" not in text(pilot))
        assert main(pilot).pane == "job", "the first escape ends the search, the second leaves the pane"
        await pilot.press("escape")
        assert main(pilot).pane != "job"


async def test_what_is_looked_for_is_found_in_new_output_too(stage: Stage) -> None:
    job = stage.start("web", log="one error\n")
    async with stage.open() as pilot:
        await until_text(pilot, "one error")
        await pilot.press("o", "slash", *"error", "enter")
        await until_text(pilot, "1 of 1: error")
        with stage.log(job).open("a", encoding="utf-8") as log:
            log.write("another error, and an err")
        await until_text(pilot, "1 of 2: error")
        with stage.log(job).open("a", encoding="utf-8") as log:
            log.write("or\n")
        await until_text(pilot, "1 of 3: error")
        await pilot.press("slash", *"nonsense", "enter")
        await until_text(pilot, "nowhere: nonsense")


async def test_whoever_scrolls_back_is_told_that_nothing_is_followed(stage: Stage) -> None:
    stage.start("web", log=LOG)
    async with stage.open() as pilot:
        await until_text(pilot, "step 199")
        await pilot.press("o", "k")
        await until_text(pilot, "scrolled back: G follows")
        await pilot.press("G")
        await until(pilot, lambda: "scrolled back" not in text(pilot))


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_a_huge_log_is_read_from_its_end_and_says_so(stage: Stage, size: tuple[int, int]) -> None:
    stage.start("web", log="".join(f"line number {n}\n" for n in range(60_000)))
    async with stage.open(size) as pilot:
        main(pilot).open_tab("Output")
        await until_text(pilot, "line number 59999")
        await pilot.press("g")
        await until_text(pilot, "earlier output is left out")
        assert len(main(pilot).query_one("#job-output", TextView)) < 20_000


async def test_the_mouse_marks_output_and_c_copies_it_unfolded(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = "word " * 30 + "end"
    stage.start("web", log=f"before\n{long}\nafter\n")
    async with stage.open() as pilot:
        await until_text(pilot, "before")
        copied: list[str] = []
        monkeypatch.setattr(pilot.app, "copy_to_clipboard", copied.append)
        row = next(y for y, line in enumerate(lines(pilot)) if "before" in line)
        column = lines(pilot)[row].index("before")
        await pilot.mouse_down(offset=(column, row))
        await pilot.hover(offset=(column + 2, row + 4))
        await pilot.mouse_up(offset=(column + 2, row + 4))
        await pilot.press("c")
        await until(pilot, lambda: copied)
        assert copied[0].startswith(f"before\n{long}\naf")


async def test_leaving_the_line_in_which_one_types_closes_it(stage: Stage) -> None:
    stage.start("web", log="one error\n")
    async with stage.open() as pilot:
        await until_text(pilot, "one error")
        await pilot.press("o", "slash", *"err")
        await until_text(pilot, "/ err")
        main(pilot).show_pane("agents")
        await until(pilot, lambda: "/ err" not in text(pilot))
        await pilot.press("o", "slash", "escape")
        await until(pilot, lambda: isinstance(pilot.app.focused, TextView) and "of 1" not in text(pilot))
