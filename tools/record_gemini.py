"""Takes of the Gemini CLI."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

S = Any  # record_screens.Session
BOX = r"Type your message"


def environment(url: str) -> dict[str, str]:
    return {"GOOGLE_GEMINI_BASE_URL": url, "GEMINI_API_KEY": "x", "GEMINI_TELEMETRY_ENABLED": "false"}


def settled(home: Path, _url: str, work: str = "/tmp/demo") -> None:
    """A home in which the folder `work` is trusted and the key is the way in."""
    folder = home / ".gemini"
    folder.mkdir()
    general = {"disableAutoUpdate": True, "enableAutoUpdate": False}
    security = {"auth": {"selectedType": "gemini-api-key"}}
    settings = {
        "model": {"name": "gemini-2.5-pro"},
        "general": general,
        "security": security,
        "privacy": {"usageStatisticsEnabled": False},
    }
    (folder / "settings.json").write_text(json.dumps(settings))
    (folder / "trustedFolders.json").write_text(json.dumps({work: "TRUST_FOLDER"}))


def ready(s: S, *extra: str) -> None:
    s.fresh()
    s.start(*extra)
    s.until(BOX)
    s.calm(1.0)


def ask(s: S, scenario: str, text: str = "Please do it") -> None:
    s.server.scenario = scenario
    s.say(text)


def first_start(s: S) -> None:
    s.fresh(lambda home, _url: (home / ".gemini").mkdir())
    s.start()
    s.until(r"Do you trust")
    s.calm()
    s.shot("blocked", "startup-trust")
    s.press_until("Enter", r"How would you like to authenticate")
    s.calm()
    s.shot("blocked", "startup-auth")
    s.press_until("Enter", r"Enter Gemini API Key")
    s.calm()
    s.shot("blocked", "startup-key")
    s.keys("Enter")
    s.until(BOX)
    s.calm(1.5)
    s.shot("idle", "fresh")


def talk(s: S) -> None:
    ready(s)
    s.tmux("send-keys", "-t", "=rec:", "-l", "half a sentence")
    s.calm()
    s.shot("idle", "typed")
    s.keys("C-c")
    s.calm()
    ask(s, "plain", "Say hello")
    s.until(r"scripted model")
    s.gone("esc to cancel")
    s.calm(1.5)
    s.shot("idle", "answered")
    ask(s, "think")
    s.until(r"esc to cancel")
    s.shot("working", "waiting")
    s.keys("Escape")
    s.gone("esc to cancel")
    s.calm()
    s.shot("idle", "interrupted")
    s.keys("C-c")
    ask(s, "slow")
    s.until(r"telling a long")
    s.until(r"esc to cancel")
    s.shot("working", "streaming")
    s.tmux("send-keys", "-t", "=rec:", "-l", "a word in between")
    s.until(r"a word in between")
    s.shot("working", "typed-ahead")


def permissions(s: S) -> None:
    for scenario, pattern, what in (
        ("shell", r"Allow execution", "permission-shell"),
        ("write", r"Apply this change", "permission-write"),
        ("edit", r"Apply this change", "permission-edit"),
        ("fetch", r"Do you want to proceed", "permission-fetch"),
    ):
        ready(s)
        ask(s, scenario)
        s.until(pattern)
        s.calm()
        s.shot("blocked", what)


def after_yes(s: S) -> None:
    ready(s)
    ask(s, "busy")
    s.until(r"Allow execution")
    s.keys("Enter")
    s.until(r"esc to cancel")
    s.calm(0.5, 2)
    s.shot("working", "tool")


def after_no(s: S) -> None:
    ready(s)
    ask(s, "shell")
    s.until(r"Allow execution")
    s.keys("Escape")
    s.gone("Allow execution")
    s.calm(1.5)
    s.shot("idle", "declined")


def failures(s: S) -> None:
    for scenario, what in (("auth", "auth"), ("broken", "bad-request")):
        ready(s)
        ask(s, scenario)
        s.until(r"✕")
        s.calm(1.5)
        s.shot("failed", what)


def limits(s: S) -> None:
    ready(s)
    ask(s, "gemini-quota")
    s.until(r"limit reached|exceeded your", 60)
    s.calm(1.5)
    s.shot("limited", "quota")


def quit_asked(s: S) -> None:
    """Only the question: what it leaves behind keeps the terminal open, so the pane does not die."""
    ready(s)
    s.keys("C-c")
    s.until(r"again to exit")
    s.shot("idle", "quit-asked")


TAKES = (first_start, talk, permissions, after_yes, after_no, failures, limits, quit_asked)
