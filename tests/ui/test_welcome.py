"""The first project: its folder, a name, and an agent that is on this machine."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from cockpit.config.load import load_settings
from cockpit.tui.form.first_project import about_folder, free_name
from cockpit.tui.screens.welcome import WelcomeScreen
from cockpit.tui.widgets.combo import Combo
from tests.ui.conftest import MakeStage
from tests.ui.stage import Stage, main, text, until, until_text


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PATH without any coding agent on it, and a folder to register."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("sh", "tmux", "git"):
        found = shutil.which(name)
        if found:
            (programs / name).symlink_to(found)
    monkeypatch.setenv("PATH", str(programs))
    (tmp_path / "shop").mkdir()
    monkeypatch.chdir(tmp_path / "shop")
    return programs


def install(folder: Path, name: str) -> None:
    program = folder / name
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)


async def proposed(pilot: Pilot[int]) -> str:
    """The agent that is proposed, once it has looked."""
    screen = pilot.app.screen
    assert isinstance(screen, WelcomeScreen)
    await until(pilot, lambda: screen.query_one("#project-agent", Combo).value)
    return screen.query_one("#project-agent", Combo).value


async def test_an_installed_agent_is_proposed_and_becomes_the_projects(
    make_stage: MakeStage, bare: Path
) -> None:
    install(bare, "codex")
    stage = make_stage("")
    async with stage.open((80, 24)) as pilot:
        await until_text(pilot, "Welcome to cockpit")
        assert await proposed(pilot) == "codex"
        await until_text(pilot, "codex is installed on this machine")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: pilot.app.screen is main(pilot))
        assert load_settings(stage.context.places, {}).projects["shop"].agent == "codex"


async def test_without_one_it_is_the_shell_and_says_why(make_stage: MakeStage, bare: Path) -> None:
    stage = make_stage("")
    async with stage.open((80, 24)) as pilot:
        await until_text(pilot, "Welcome to cockpit")
        assert await proposed(pilot) == "shell"
        await until_text(pilot, "No coding agent was found on PATH")
        assert "npm install -g" in text(pilot)
        assert "Register (^s)" in text(pilot), "all of it fits 80 columns"
        await pilot.press("tab", "down")
        await until_text(pilot, "not installed: npm install -g @openai")


async def test_an_agent_that_is_not_there_can_be_chosen_but_is_warned_of(
    make_stage: MakeStage, bare: Path
) -> None:
    stage = make_stage("")
    async with stage.open() as pilot:
        await until_text(pilot, "Welcome to cockpit")
        await proposed(pilot)
        combo = pilot.app.screen.query_one("#project-agent", Combo)
        combo.focus()
        await pilot.press("end", *["backspace"] * 5, *"gem", "tab")
        assert combo.value == "gemini"
        await until_text(pilot, "gemini was not found on PATH; its jobs fail until it is.")
        combo.value = "gemma"
        await pilot.press("ctrl+s")
        await until_text(pilot, "there is no agent 'gemma'; choose one of the list")


async def test_the_name_goes_along_with_the_folder(stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "My Shop").mkdir()
    async with stage.open() as pilot:
        await pilot.press("w")
        await until_text(pilot, "Add a project")
        path, name = (pilot.app.screen.query_one(f"#project-{each}", Input) for each in ("path", "name"))
        path.focus()
        path.value = str(tmp_path / "My Shop")
        await until(pilot, lambda: name.value == "my-shop")
        await until_text(pilot, "no git repository")
        path.value = str(tmp_path / "nowhere")
        await until_text(pilot, "no such folder")
        name.focus()
        name.value = "web"
        await until_text(pilot, "there is a project 'web'")
        path.focus()
        path.value = str(tmp_path / "My Shop")
        await pilot.pause()
        assert name.value == "web", "a name that a person gave stays"


def test_words_about_folders(tmp_path: Path) -> None:
    assert about_folder(" ") == ""
    (tmp_path / ".git").mkdir()
    assert about_folder(str(tmp_path)) == "a git repository"
    assert free_name("/x/web/", ["web", "web-2"]) == "web-3"
