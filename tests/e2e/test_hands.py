"""The ten things that people do most, by keys alone, in the installed cockpit on a real terminal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Home
from tests.e2e.robot import Robot
from tests.ui.fleet import CONFIG

pytestmark = [pytest.mark.tmux, pytest.mark.slow]


@pytest.fixture
def robot(home: Home, tmp_path: Path) -> Iterator[Robot]:
    """A person with three projects: web and api have an agent that asks, docs runs what it is told."""
    for project in ("web", "api", "docs"):
        (tmp_path / "repos" / project).mkdir(parents=True)
    home.configure(CONFIG.replace('grace = "1s"', 'grace = "0.3s"'))
    made = Robot(tmp_path)
    yield made
    made.close()


def enqueue(robot: Robot, project: str, prompt: str) -> str:
    """From a shell; the job's id."""
    return robot.shell("enqueue", project, prompt).rpartition(":")[2]


def test_enqueue_by_the_form(robot: Robot) -> None:
    robot.open().press("e").sees("Enqueue a job")
    robot.types("docs").sees("carol").press("tab").types("echo from the form; sleep 300").sees("Starts now.")
    robot.press("ctrl+s").sees_no("Enqueue a job").sees_line("1 running").sees("from the form")


def test_watch_the_output(robot: Robot) -> None:
    enqueue(robot, "docs", "for n in 1 2 3; do echo line $n; done; read _")
    robot.open().sees_line("●", "docs").press("o").sees_line("Output").sees("line 1", "line 3")


def test_answer_the_next_question(robot: Robot) -> None:
    enqueue(robot, "web", "go on")
    enqueue(robot, "api", "go on")
    robot.open().sees("2 need you").press("n").sees("rm -rf build").press("y").sees("you said <y>").sees(
        "1 needs you"
    )
    robot.press("n").sees_no("you said").sees("rm -rf build").press("x").sees("you said <n>").sees_no(
        "needs you"
    )
    robot.press("n").sees("no agent needs you")


def test_kill(robot: Robot) -> None:
    job = enqueue(robot, "docs", "sleep 300")
    robot.open().sees_line("●", "docs").press("K").sees(f"Kill job {job}?", "Kills carol's job").press("n")
    robot.sees_no("Kills carol's").press("K").sees("Kills carol's").press("y").sees_line(
        "docs", "killed"
    ).sees("0 running")


def test_retry(robot: Robot) -> None:
    gate = "test -e done && exec sleep 300; touch done; exit 3"
    enqueue(robot, "docs", gate)
    robot.open().sees_line("docs", "failed").press("R").sees_line("●", "docs").sees("1 running")


def test_release_a_lock(robot: Robot) -> None:
    first, second = enqueue(robot, "docs", "sleep 300"), enqueue(robot, "docs", "sleep 301")
    robot.open().sees("1 running", "1 queued").sees_line("carol", first[-4:])
    robot.press("u").sees("ended first").press("y").sees_line("●", second[-4:]).sees("0 queued")


def test_filter(robot: Robot) -> None:
    robot.shell("hold", "--all")
    hers, his = enqueue(robot, "docs", "write the tale"), enqueue(robot, "api", "mend the door")
    robot.open().sees(hers, his).press("/").sees("user:alice").types("user:carol").press("enter").sees(
        hers
    ).sees_no(his)
    robot.press("esc").sees(hers, his)


def test_attach_and_come_back(robot: Robot) -> None:
    enqueue(robot, "docs", "echo the agent speaks; exec cat")
    robot.open().sees_line("●", "docs").press("a").sees_no("Queue").sees("the agent speaks")
    robot.types("spoken to").press("enter").sees("spoken to")
    robot.press("ctrl+b", "d").sees("Queue", "Agents").sees_line("●", "docs")


def test_find_a_failure_in_the_history(robot: Robot) -> None:
    for number in range(3):
        enqueue(robot, "docs", f"echo fine {number}")
    failed = enqueue(robot, "docs", "echo it broke; exit 7")
    robot.open().sees_line("✖", "1").press("f").sees("History").press("/").types("state:failed").press(
        "enter"
    )
    robot.sees(failed).sees("exit code 7").press("o").sees("it broke")
    robot.press("esc").press("f6").sees("Agents")


def test_quit_with_work_waiting_leaves_a_daemon(robot: Robot) -> None:
    enqueue(robot, "docs", "sleep 300")
    enqueue(robot, "docs", "echo next")
    robot.open().sees("1 running", "1 queued").press("q").sees("Quit?", "Leave a daemon").press(
        "d"
    ).has_ended()
    robot.sees("A daemon")
    try:
        robot.open().sees_line("scheduler: daemon").sees("1 running")
        robot.press("q").has_ended()
    finally:
        robot.shell("daemon", "stop")
    assert re.search('"running": *1', robot.shell("status", "--json"))
