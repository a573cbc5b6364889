"""Takes of opencode."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

S = Any  # record_screens.Session
BOX = r"Ask anything"


def settled(home: Path, url: str, _work: str = "/tmp/demo") -> None:
    """A home with a provider on loopback that asks for everything."""
    folder = home / ".config/opencode"
    folder.mkdir(parents=True)
    model = {"name": "Scripted", "limit": {"context": 100000, "output": 8000}}
    options = {"baseURL": f"{url}/v1", "apiKey": "x"}
    provider = {
        "npm": "@ai-sdk/openai-compatible",
        "name": "Local",
        "options": options,
        "models": {"scripted": model},
    }
    config = {
        "model": "local/scripted",
        "small_model": "local/scripted",
        "autoupdate": False,
        "share": "disabled",
        "permission": {"bash": "ask", "edit": "ask", "webfetch": "ask"},
        "provider": {"local": provider},
    }
    (folder / "opencode.json").write_text(json.dumps(config))


def ready(s: S, *extra: str) -> None:
    s.fresh()
    s.start(*extra)
    s.until(BOX, 120)
    s.calm(1.5)


def ask(s: S, scenario: str, text: str = "Please do it") -> None:
    s.server.scenario = scenario
    s.say(text)


def first_start(s: S) -> None:
    ready(s)
    s.shot("idle", "fresh")
    s.tmux("send-keys", "-t", "=rec:", "-l", "half a sentence")
    s.calm()
    s.shot("idle", "typed")


def talk(s: S) -> None:
    ready(s)
    ask(s, "plain", "Say hello")
    s.until(r"scripted model")
    s.gone("esc interrupt")
    s.calm(1.5)
    s.shot("idle", "answered")
    ask(s, "think")
    s.until(r"esc (again to )?interrupt")
    s.shot("working", "waiting")
    s.keys("Escape", "Escape")
    s.gone("esc (again to )?interrupt")
    s.calm()
    s.shot("idle", "interrupted")
    ask(s, "slow")
    s.until(r"telling a long")
    s.until(r"esc interrupt")
    s.shot("working", "streaming")
    s.tmux("send-keys", "-t", "=rec:", "-l", "a word in between")
    s.until(r"a word in between")
    s.shot("working", "typed-ahead")
    s.keys("Escape")
    s.calm(0.3, 1)
    s.shot("working", "interrupt-asked")


def permissions(s: S) -> None:
    for scenario, pattern, what in (
        ("shell", r"Permission required", "permission-bash"),
        ("write", r"Permission required", "permission-write"),
        ("edit", r"Permission required", "permission-edit"),
        ("fetch", r"Permission required", "permission-fetch"),
        ("question", r"Which colour", "question"),
    ):
        ready(s)
        ask(s, scenario)
        s.until(pattern)
        s.calm()
        s.shot("blocked", what)


def after_yes(s: S) -> None:
    ready(s)
    ask(s, "busy")
    s.until(r"Permission required", 60)
    s.keys("Enter")
    s.until(r"esc interrupt")
    s.shot("working", "tool")


def after_no(s: S) -> None:
    ready(s)
    ask(s, "shell")
    s.until(r"Permission required", 60)
    s.keys("Escape")
    s.gone("Permission required")
    s.calm(1.5)
    s.shot("idle", "declined")


def failures(s: S) -> None:
    for scenario, what, state in (("auth", "auth", "failed"), ("broken", "bad-request", "failed")):
        ready(s)
        ask(s, scenario)
        s.until(r"invalid x-api-key|refuses this request")
        s.gone("esc interrupt")
        s.calm(6, 20)  # until the toast has gone
        s.shot(state, what)
    ready(s)
    ask(s, "quota")
    s.until(r"retrying|attempt|quota")
    s.calm(0.5, 3)
    s.shot("working", "retrying")


def leaves(s: S) -> None:
    ready(s)
    s.keys("C-c")
    s.until(r"Pane is dead")
    s.shot("exited", "quit")


TAKES = (first_start, talk, permissions, after_yes, after_no, failures, leaves)
