"""Themes in the cockpit: files and their mistakes, saving while it runs, trying on, no colours at all."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from rich.color import ColorType
from textual.pilot import Pilot
from textual.widgets import OptionList

from cockpit.base.errors import ConfigError
from cockpit.config.load import load_settings
from cockpit.domain.screen import AgentState, PaneState
from cockpit.tui import agent_words, words
from cockpit.tui.dialogs.theme import ThemeDialog
from cockpit.tui.theme_file import read_theme, variable_names
from tests.conftest import Home
from tests.ui.conftest import MakeStage
from tests.ui.stage import CONFIG, NOON, Stage, lines, text, until, until_text
from tests.ui.test_news import Screenless

MINE = 'primary = "#ff8800"\nbackground = "#101010"\nforeground = "#eeeeee"\n'


def save(stage: Stage, name: str, content: str) -> Path:
    """As an editor does: beside it, then in its place."""
    folder = Path(stage.context.places.themes)
    folder.mkdir(exist_ok=True)
    fresh = folder / f".{name}.new"
    fresh.write_text(content, encoding="utf-8")
    return fresh.rename(folder / f"{name}.toml")


def colours(pilot: Pilot[int]) -> set[ColorType]:
    """Kinds of colours in what is painted, behind all filters."""
    found = set()
    for strip in pilot.app.screen._compositor.render_strips():
        for one in (each for each in pilot.app._filters if each.enabled):
            strip = strip.apply_filter(one, pilot.app.screen.background_colors[1])  # noqa: PLW2901  as it is painted
        for style in (segment.style for segment in strip if segment.style is not None):
            found |= {color.type for color in (style.color, style.bgcolor) if color is not None}
    return found


class TestFile:
    @pytest.mark.parametrize(
        ("content", "told"),
        [
            ('primary = "#12345"\n', "x.toml:1: primary: '#12345' is no colour; allowed is \"#rrggbb\""),
            (
                '\nprimary = "red"\npirmary = "red"\n',
                "x.toml:3: pirmary: unknown key; did you mean 'primary'?",
            ),
            ('primary = "red"\nzzz = 1\n', "unknown key; allowed are about, accent, ansi,"),
            ('accent = "red"\n', "x.toml:1: 'primary' is missing"),
            ('primary = "red"\ndark = "yes"\n', "x.toml:2: dark: must be true or false"),
            ('primary = "red"\ntext_alpha = 7\n', "x.toml:2: text_alpha: must be a number from 0 to 1"),
            ("primary = 7\n", "x.toml:1: primary: 7 is no colour"),
            ('primary = "red"\nvariables = 1\n', "must be a table: [variables]"),
            (
                'primary = "red"\n\n[variables]\nstate-bloked = "red"\n',
                "x.toml:4: variables.state-bloked: unknown variable; did you mean 'state-blocked'?",
            ),
            (
                'primary = "red"\n[variables]\nstate-idle = "reddish"\n',
                "x.toml:3: variables.state-idle: 'reddish'",
            ),
            ('primary = "red"\n[variables]\nblock-cursor-text-style = "fat"\n', "must be words such as"),
            ('primary = "red"\nname = "other"\n', "x.toml:2: name: must be the file's own name, 'x'"),
            ("primary = \n", "x.toml:1: is not valid TOML"),
        ],
    )
    def test_mistakes_are_told_with_place_and_what_is_allowed(
        self, tmp_path: Path, content: str, told: str
    ) -> None:
        file = tmp_path / "x.toml"
        file.write_text(content, encoding="utf-8")
        with pytest.raises(ConfigError) as caught:
            read_theme(str(file))
        assert told in str(caught.value)

    def test_all_mistakes_are_found(self, tmp_path: Path) -> None:
        file = tmp_path / "x.toml"
        file.write_text('primary = "no"\nsecondary = "no"\naccent = 1\n', encoding="utf-8")
        with pytest.raises(ConfigError) as caught:
            read_theme(str(file))
        assert len(caught.value.mistakes) == 3

    def test_what_textual_takes_is_taken(self, tmp_path: Path) -> None:
        file = tmp_path / "x.toml"
        given = [
            'input-selection-background = "#ff0000 35%"',
            'text-muted = "auto 60%"',
            'border = "hsl(210,50%,50%)"',
        ]
        file.write_text('primary = "coral"\n[variables]\n' + "\n".join(given) + "\n", encoding="utf-8")
        assert read_theme(str(file)).theme.variables["border"] == "hsl(210,50%,50%)"
        assert {"muted", "state-blocked", "border", "footer-key-foreground"} <= variable_names()


class TestSaved:
    async def test_a_saved_theme_is_worn_at_once_a_bad_one_told_and_the_old_one_stays(
        self, make_stage: MakeStage
    ) -> None:
        stage = make_stage(CONFIG + '[ui]\ntheme = "mine"\n')
        save(stage, "mine", MINE)
        async with stage.open((120, 30)) as pilot:
            assert pilot.app.theme == "mine"
            assert pilot.app.current_theme.primary == "#ff8800"
            save(stage, "mine", MINE.replace("#ff8800", "#00ccff"))
            await until(pilot, lambda: pilot.app.current_theme.primary == "#00ccff")
            await until(pilot, lambda: pilot.app.theme_variables["primary"].lower() == "#00ccff")
            file = save(stage, "mine", MINE + 'warning = "fiery"\n')
            await until_text(pilot, f"{file.name}:4: warning")
            assert pilot.app.current_theme.primary == "#00ccff"

    async def test_a_folder_that_is_made_later_is_seen_and_the_wanted_theme_worn(
        self, make_stage: MakeStage
    ) -> None:
        stage = make_stage(CONFIG + '[ui]\ntheme = "mine"\n')
        async with stage.open((120, 30)) as pilot:
            await until_text(pilot, "no theme 'mine'")
            assert pilot.app.theme == "cockpit-dark"
            save(stage, "mine", MINE)
            await until(pilot, lambda: pilot.app.theme == "mine")

    async def test_the_configuration_may_name_another(self, stage: Stage) -> None:
        async with stage.open((120, 30)) as pilot:
            config = Path(stage.context.places.config_file)
            config.write_text(CONFIG + '[ui]\ntheme = "moss"\n', encoding="utf-8")
            await until(pilot, lambda: pilot.app.theme == "moss")


class TestPicker:
    async def test_escape_puts_the_old_one_back(self, stage: Stage) -> None:
        async with stage.open((120, 30)) as pilot:
            before = Path(stage.context.places.config_file).read_text(encoding="utf-8")
            await pilot.press("T")
            await until_text(pilot, "contrast")
            await pilot.press("j", "j")
            await until(pilot, lambda: pilot.app.theme == "contrast")
            await until_text(pilot, "the strongest contrast")
            await pilot.press("escape")
            await until(pilot, lambda: not isinstance(pilot.app.screen, ThemeDialog))
            assert pilot.app.theme == "cockpit-dark"
            assert Path(stage.context.places.config_file).read_text(encoding="utf-8") == before

    async def test_enter_keeps_it_for_now(self, stage: Stage) -> None:
        async with stage.open((120, 30)) as pilot:
            await pilot.press("T")
            await until(pilot, lambda: isinstance(pilot.app.screen, ThemeDialog))
            await pilot.press("down", "enter")
            await until(pilot, lambda: not isinstance(pilot.app.screen, ThemeDialog))
            assert pilot.app.theme == "ansi"
            assert "ansi" not in Path(stage.context.places.config_file).read_text(encoding="utf-8")
            stage.enqueue()
            await until_text(pilot, "alice" if "alice" in text(pilot) else "web")
            assert pilot.app.theme == "ansi", "reading the store does not take it off"

    async def test_s_keeps_it_for_good_and_comments_stay(self, make_stage: MakeStage) -> None:
        stage = make_stage("# mine\n[ui]\n# the colours\ntheme = 'cockpit-light'  # by day\n" + CONFIG)
        async with stage.open((120, 30)) as pilot:
            await pilot.press("T")
            await until(pilot, lambda: isinstance(pilot.app.screen, ThemeDialog))
            options = pilot.app.screen.query_one(OptionList)
            options.highlighted = options.get_option_index("orchid")
            await until(pilot, lambda: pilot.app.theme == "orchid")
            await pilot.press("s")
            await until_text(pilot, "Theme: orchid.")
        written = Path(stage.context.places.config_file).read_text(encoding="utf-8")
        assert written.startswith('# mine\n[ui]\n# the colours\ntheme = "orchid"  # by day\n')
        assert load_settings(stage.context.places, os.environ).ui.theme == "orchid"

    async def test_where_there_are_no_colours_there_is_nothing_to_choose(
        self, stage: Stage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("NO_COLOR", "1")
        async with stage.open((120, 30)) as pilot:
            await pilot.press("T")
            await until_text(pilot, "NO_COLOR is set")


WILD = (
    MINE
    + """
accent = "hsl(210,50%,50%)"
warning = "rebeccapurple"
[variables]
muted = "rgb(120,120,120)"
"""
)


class TestEveryDialog:
    @pytest.mark.parametrize("name", ["ansi", "wild"])
    async def test_can_be_painted(self, make_stage: MakeStage, name: str) -> None:
        """Rich knows other words for colours than Textual: a dialog that mixes them up falls over."""
        stage = make_stage(CONFIG + f'[ui]\ntheme = "{name}"\n')
        save(stage, "wild", WILD)
        stage.start("web")
        stage.enqueue("api")
        async with stage.open((120, 36)) as pilot:
            assert pilot.app.theme == name
            for key in ("question_mark", "e", "T", "w", "K", "slash", "ctrl+p", "exclamation_mark"):
                await pilot.press(key)
                await pilot.pause()
                assert text(pilot)
                await pilot.press("escape")
                await pilot.pause()
            for key in ("f2", "f3", "f4", "f5", "f6"):
                await pilot.press(key)
                await pilot.pause()
            assert pilot.app._exception is None


CODES = re.compile(rb"\x1b\[([0-9;]*)m")


@pytest.mark.tmux
@pytest.mark.slow
class TestBytes:
    """What a real terminal gets."""

    @pytest.fixture
    def painted(self, home: Home, tmp_path: Path) -> Iterator[Callable[..., set[str]]]:
        (tmp_path / "web").mkdir()
        opened: list[Screenless] = []

        def paint(theme: str, **environ: str) -> set[str]:
            home.configure(f'[ui]\ntheme = "{theme}"\n[projects.web]\npath = "web"\nuser = "alice"\n')
            opened.append(cockpit := Screenless(**environ))
            cockpit.wait(lambda said: b"No job waits" in said and b"quit" in said)
            return {code.decode() for code in CODES.findall(cockpit.said)}

        yield paint
        for each in opened:
            each.close()

    def test_ansi_sends_the_sixteen_colours_and_no_other(self, painted: Callable[..., set[str]]) -> None:
        codes = painted("ansi", COLORTERM="truecolor")
        assert not [code for code in codes if "38;" in code or "48;" in code]
        numbers = {int(number) for code in codes for number in code.split(";") if number}
        coloured = {*range(30, 38), *range(40, 48), *range(90, 98), *range(100, 108)}
        assert numbers & coloured
        assert numbers <= coloured | {39, 49, *range(10)}

    def test_no_color_sends_none(self, painted: Callable[..., set[str]]) -> None:
        codes = painted("fjord", COLORTERM="truecolor", NO_COLOR="1")
        numbers = {int(number) for code in codes for number in code.split(";") if number}
        assert numbers <= {39, 49, *range(10)}, codes
        assert 7 in numbers, "what is selected is reversed"

    def test_others_are_painted_in_what_the_terminal_has(self, painted: Callable[..., set[str]]) -> None:
        assert any("38;2;" in code for code in painted("fjord", COLORTERM="truecolor"))


class TestWithoutColour:
    async def test_no_color_writes_no_colour_at_all(
        self, stage: Stage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("NO_COLOR", "1")
        stage.start("web", log="\x1b[31mred\x1b[0m\n")
        stage.enqueue("api")
        async with stage.open((120, 30)) as pilot:
            await until_text(pilot, "working" if "working" in text(pilot) else "running")
            assert colours(pilot) <= {ColorType.DEFAULT}

    async def test_an_empty_no_color_asks_for_nothing(
        self, stage: Stage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("NO_COLOR", "")
        async with stage.open((120, 30)) as pilot:
            assert ColorType.TRUECOLOR in colours(pilot)

    async def test_the_terminals_own_theme_paints_in_its_sixteen_colours(self, make_stage: MakeStage) -> None:
        stage = make_stage(CONFIG + '[ui]\ntheme = "ansi"\n')
        stage.start("web")
        stage.enqueue("api", priority="high")
        async with stage.open((120, 30)) as pilot:
            await until_text(pilot, "1 running")
            assert colours(pilot) <= {ColorType.DEFAULT, ColorType.STANDARD}
            assert ColorType.STANDARD in colours(pilot)

    def test_every_state_has_a_mark_and_a_word_of_its_own(self) -> None:
        for marks in (words.MARKS, agent_words.MARKS):
            assert len(set(marks.values())) == len(marks), marks
        seen = [agent_words.word(AgentState(state, "rule", "", NOON)) for state in PaneState]
        assert len(set(seen)) == len(PaneState)

    async def test_every_agents_row_tells_its_state_by_mark_and_word(
        self, make_stage: MakeStage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("NO_COLOR", "1")
        projects = "".join(
            f'[projects.p{n}]\npath = "repos/web"\nuser = "u{n}"\n' for n in range(len(PaneState))
        )
        stage = make_stage(CONFIG.replace("slots = 3", "slots = 20") + projects)
        from tests.ui import stage as staging

        monkeypatch.setattr(staging, "OWNERS", {f"p{n}": f"u{n}" for n in range(len(PaneState))})
        expected = {}
        for n, state in enumerate(PaneState):
            job = stage.start(f"p{n}")
            seen = AgentState(state, "rule", "", NOON)
            stage.store.set_agent_state(job.id, job.fence or 0, seen)
            expected[words.short_id(job.id)] = (agent_words.MARKS[state], agent_words.word(seen))
        async with stage.open((160, 50)) as pilot:
            for short, (mark, word) in expected.items():
                await until_text(pilot, short)
                assert any(mark in row and short in row and word in row for row in lines(pilot)), (
                    short,
                    mark,
                    word,
                )
            assert colours(pilot) <= {ColorType.DEFAULT}

    async def test_jobs_that_ended_tell_how(self, stage: Stage) -> None:
        async with stage.open((160, 40)) as pilot:
            for project, code in (("web", 0), ("api", 3)):
                running = stage.start(project)
                await until_text(pilot, words.short_id(running.id))
                job = stage.finish(running, code)
                mark, word = words.MARKS[job.state], job.state.value
                await until(pilot, lambda m=mark, w=word, j=job: row_with(pilot, m, w, words.short_id(j.id)))


def row_with(pilot: Pilot[int], *wanted: str) -> bool:
    """Is there a line with all of these?"""
    return any(all(each in line for each in wanted) for line in lines(pilot))
