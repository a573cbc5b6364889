"""Takes of Claude Code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

S = Any  # record_screens.Session
BOX = r"^❯"


def environment(url: str) -> dict[str, str]:
    return {
        "ANTHROPIC_BASE_URL": url,
        "ANTHROPIC_AUTH_TOKEN": "x",
        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
        "DISABLE_AUTOUPDATER": "1",
        "DISABLE_TELEMETRY": "1",
        "CLAUDE_CODE_MAX_RETRIES": "1",
    }


def settled(home: Path, _url: str, work: str = "/tmp/demo") -> None:
    """A home in which theme, notes and trust (of the folder `work`) are behind us."""
    project = {"hasTrustDialogAccepted": True, "hasCompletedProjectOnboarding": True}
    known = {"hasCompletedOnboarding": True, "theme": "dark", "projects": {work: project}}
    (home / ".claude.json").write_text(json.dumps(known))


def ready(s: S, *extra: str) -> None:
    s.fresh()
    s.start(*extra)
    s.until(BOX)
    s.calm()


def ask(s: S, scenario: str, text: str = "Please do it") -> None:
    s.server.scenario = scenario
    s.say(text)


def first_start(s: S) -> None:
    s.fresh(lambda _home, _url: None)
    s.start()
    s.until(r"Choose the text style")
    s.calm()
    s.shot("blocked", "startup-theme")
    s.keys("Enter")
    s.until(r"Press Enter to continue")
    s.calm()
    s.shot("blocked", "startup-security")
    s.keys("Enter")
    s.until(r"Yes, I trust")
    s.calm()
    s.shot("blocked", "startup-trust")
    s.keys("Enter")
    s.until(BOX)
    s.calm()
    s.shot("idle", "fresh")


def talk(s: S) -> None:
    ready(s)
    s.tmux("send-keys", "-t", "=rec:", "-l", "half a sentence")
    s.calm()
    s.shot("idle", "typed")
    s.keys("C-u")
    ask(s, "plain", "Say hello")
    s.until(r"scripted model")
    s.calm(1.5)
    s.shot("idle", "answered")
    ask(s, "think")
    s.until(r"esc to interrupt")
    s.shot("working", "waiting")
    s.keys("Escape")
    s.gone("esc to interrupt")
    s.calm()
    s.shot("idle", "taken-back")
    s.keys("C-u")
    ask(s, "slow")
    s.until(r"so that its reader can be seen", 10)
    s.until(r"tokens", 15)
    s.shot("working", "streaming")
    s.tmux("send-keys", "-t", "=rec:", "-l", "a word in between")
    s.until(r"a word in between")
    s.shot("working", "typed-ahead")
    s.keys("C-u")
    s.until(r"([^\n]*telling[^\n]*\n[^\n]*){4}", 60)
    s.shot("working", "scrolled")
    s.keys("Escape")
    s.until(r"Interrupted")
    s.calm()
    s.shot("idle", "interrupted")


def permissions(s: S) -> None:
    for scenario, pattern, what in (
        ("shell", r"Do you want to proceed\?", "permission-bash"),
        ("write", r"Do you want to create", "permission-write"),
        ("fetch", r"Do you want to allow|Do you want to proceed", "permission-fetch"),
        ("question", r"Which colour", "question"),
    ):
        ready(s)
        ask(s, scenario)
        s.until(pattern)
        s.calm()
        s.shot("blocked", what)


def edit(s: S) -> None:
    ready(s)
    ask(s, "edit")
    s.until(r"Do you want to make this edit")
    s.calm()
    s.shot("blocked", "permission-edit")
    s.keys("Enter")
    s.until(r"Done\.")
    s.calm(1.5)
    s.shot("idle", "edited")


def tool_runs(s: S) -> None:
    ready(s)
    ask(s, "busy")
    s.until(r"Running", 10)
    s.until(r"esc to interrupt")
    s.shot("working", "tool")
    s.keys("C-b")
    s.until(r"Done\.")
    s.calm(1.5, 8)
    s.shot("idle", "background")


def answered_no(s: S) -> None:
    ready(s)
    ask(s, "shell")
    s.until(r"Do you want to proceed\?")
    s.keys("Escape")
    s.until(BOX)
    s.calm(1.5)
    s.shot("idle", "declined")


def plan(s: S) -> None:
    ready(s, "--permission-mode", "plan")
    s.shot("idle", "plan-mode")
    ask(s, "plan")
    s.until(r"ready to execute")
    s.calm()
    s.shot("blocked", "plan")


def modes(s: S) -> None:
    ready(s, "--permission-mode", "acceptEdits")
    s.shot("idle", "accept-edits")
    ask(s, "write")
    s.until(r"Done\.")
    s.calm(1.5)
    s.shot("idle", "accept-edits-done")


def failures(s: S) -> None:
    for scenario, what in (("auth", "auth"), ("broken", "bad-request")):
        ready(s)
        ask(s, scenario)
        s.until(r"API Error|/login", 60)
        s.calm(1.5)
        s.shot("failed", what)
    ready(s)
    s.stop()
    s.start(CLAUDE_CODE_MAX_RETRIES="10")
    s.until(BOX)
    s.calm()
    ask(s, "overloaded")
    s.until(r"etrying", 30)
    s.shot("working", "retrying")


def subscriber(home: Path, url: str, work: str = "/tmp/demo") -> None:
    """The same, with the made-up login of a subscriber: only then does a limit name its time."""
    settled(home, url, work)
    (home / ".claude").mkdir()
    login = {
        "accessToken": "made-up",
        "refreshToken": "made-up",
        "expiresAt": 4102444800000,
        "scopes": ["user:inference", "user:profile"],
        "subscriptionType": "max",
    }
    (home / ".claude/.credentials.json").write_text(json.dumps({"claudeAiOauth": login}))


def limits(s: S) -> None:
    s.fresh(subscriber)
    s.start(ANTHROPIC_AUTH_TOKEN="", TZ="UTC")
    s.until(BOX)
    s.calm()
    ask(s, "limit")
    s.until(r"limit", 60)
    s.calm(1.5)
    s.shot("limited", "five-hour")
    s.keys("Enter")
    s.gone("What do you want to do")
    s.calm(1.5)
    s.shot("limited", "stopped")


def logged_out(s: S) -> None:
    s.fresh(subscriber)
    s.start(ANTHROPIC_AUTH_TOKEN="", TZ="UTC")
    s.until(BOX)
    s.calm()
    ask(s, "auth")
    s.until(r"/login|API Error", 60)
    s.calm(1.5)
    s.shot("failed", "login")


def leaves(s: S) -> None:
    ready(s)
    s.keys("C-c")
    s.until(r"again to exit")
    s.shot("idle", "quit-asked")
    s.calm(1.5)  # the question lapses; asked again, it must be answered at once
    s.keys("C-c", "C-c")
    s.until(r"Pane is dead")
    s.shot("exited", "quit")


TAKES = (
    first_start, talk, permissions, edit, tool_runs, answered_no, plan, modes, failures, limits, logged_out, leaves,
)  # fmt: skip
