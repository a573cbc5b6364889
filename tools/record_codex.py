"""Takes of the Codex CLI."""

from __future__ import annotations

from pathlib import Path
from typing import Any

S = Any  # record_screens.Session
BOX = r"^› "
CONFIG = """
model = "gpt-5"
model_provider = "local"
check_for_update_on_startup = false
{extra}
[model_providers.local]
name = "local"
base_url = "{url}/v1"
wire_api = "responses"
env_key = "LOCAL_KEY"
request_max_retries = {retries}
stream_max_retries = {retries}
"""
TRUST = """
[projects."{work}"]
trust_level = "trusted"
"""


def environment(_url: str) -> dict[str, str]:
    return {"LOCAL_KEY": "x"}


def settled(
    home: Path, url: str, work: str = "/tmp/demo", *, extra: str = "", retries: int = 0, trust: str = TRUST
) -> None:
    """A home with a provider on loopback, and the folder `work` trusted."""
    (home / ".codex").mkdir()
    text = CONFIG.format(url=url, extra=extra, retries=retries) + trust.format(work=work)
    (home / ".codex/config.toml").write_text(text)


def untrusted(home: Path, url: str) -> None:
    settled(home, url, trust="")


def patient(home: Path, url: str) -> None:
    settled(home, url, retries=5)


def ready(s: S, *extra: str) -> None:
    s.fresh()
    s.start(*extra)
    s.until(BOX)
    s.calm(1.0)


def ask(s: S, scenario: str, text: str = "Please do it") -> None:
    s.server.scenario = scenario
    s.say(text)


def first_start(s: S) -> None:
    s.fresh(untrusted)
    s.start()
    s.until(r"Trust this folder|trust")
    s.calm()
    s.shot("blocked", "startup-trust")
    s.keys("Enter")
    s.until(r"Ask Codex|shortcuts")
    s.calm(1.5)
    s.shot("idle", "fresh")


def no_login(s: S) -> None:
    """Without a provider of its own it wants a login."""
    s.fresh(lambda home, _url: (home / ".codex").mkdir())
    s.start(LOCAL_KEY="")
    s.until(r"Sign in|sign in")
    s.calm()
    s.shot("blocked", "startup-login")


def talk(s: S) -> None:
    ready(s)
    s.tmux("send-keys", "-t", "=rec:", "-l", "half a sentence")
    s.calm()
    s.shot("idle", "typed")
    s.keys("C-c")
    s.calm()
    ask(s, "plain", "Say hello")
    s.until(r"scripted model")
    s.gone("esc to interrupt")
    s.calm(1.5)
    s.shot("idle", "answered")
    ask(s, "think")
    s.until(r"esc to interrupt")
    s.shot("working", "waiting")
    s.keys("Escape")
    s.gone("esc to interrupt")
    s.calm()
    s.shot("idle", "interrupted")
    ask(s, "slow")
    s.until(r"telling a long")
    s.shot("working", "streaming")
    s.until(r"(telling a long[\s\S]*){5}")
    s.shot("working", "streaming-on")
    s.tmux("send-keys", "-t", "=rec:", "-l", "a word in between")
    s.until(r"a word in between")
    s.shot("working", "typed-ahead")
    s.keys("Enter")
    s.calm(0.5, 2)
    s.shot("working", "queued")


def permissions(s: S) -> None:
    for scenario, pattern, what, arguments in (
        ("shell", r"Would you like to run", "permission-shell", ()),
        ("patch", r"Would you like to make", "permission-patch", ("--sandbox", "read-only")),
    ):
        ready(s, *arguments)
        ask(s, scenario)
        s.until(pattern)
        s.calm()
        s.shot("blocked", what)


def after_yes(s: S) -> None:
    ready(s)
    ask(s, "busy")
    s.until(r"Would you like to run")
    s.keys("y")
    s.until(r"esc to interrupt")
    s.until(r"Running|Waiting")
    s.shot("working", "tool")


def after_no(s: S) -> None:
    ready(s)
    ask(s, "shell")
    s.until(r"Would you like to run")
    s.keys("Escape")
    s.gone("Would you like to run")
    s.calm(1.5)
    s.shot("idle", "declined")


def failures(s: S) -> None:
    for scenario, what, state in (
        ("auth", "auth", "failed"),
        ("broken", "bad-request", "failed"),
        ("quota", "quota", "failed"),
        ("usage", "usage", "limited"),
    ):
        ready(s)
        ask(s, scenario)
        s.until(r"■")
        s.gone("esc to interrupt")
        s.calm(1.5)
        s.shot(state, what)
    s.fresh(patient)
    s.start()
    s.until(BOX)
    s.calm(1.0)
    ask(s, "overloaded")
    s.until(r"econnecting|etrying")
    s.shot("working", "retrying")


def leaves(s: S) -> None:
    ready(s)
    s.keys("C-c")
    s.until(r"Pane is dead")
    s.shot("exited", "quit")


TAKES = (first_start, no_login, talk, permissions, after_yes, after_no, failures, leaves)
