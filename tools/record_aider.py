"""Takes of aider."""

from __future__ import annotations

from typing import Any

S = Any  # record_screens.Session
BOX = r"^(ask|architect|multi)?> ?$"
ARGUMENTS = (
    "--model",
    "openai/gpt-5",
    "--no-check-update",
    "--no-show-model-warnings",
    "--no-show-release-notes",
    "--analytics-disable",
    "--no-detect-urls",
)


def environment(url: str) -> dict[str, str]:
    return {"OPENAI_API_BASE": f"{url}/v1", "OPENAI_API_KEY": "x", "LITELLM_LOCAL_MODEL_COST_MAP": "True"}


def ready(s: S, *extra: str) -> None:
    s.fresh()
    s.start("--no-gitignore", *extra)
    s.until(BOX, 60)
    s.calm(1.0)


def ask(s: S, scenario: str, text: str = "Please do it") -> None:
    s.server.scenario = scenario
    s.say(text)


def first_start(s: S) -> None:
    s.fresh()
    s.start()
    s.until(r"Add \.aider\*", 60)
    s.calm()
    s.shot("blocked", "startup-gitignore")
    s.keys("y", "Enter")
    s.until(BOX, 60)
    s.calm(1.5)
    s.shot("idle", "fresh")


def no_key(s: S) -> None:
    """Without a model's key it offers a way in."""
    s.fresh()
    s.start(words=[s.binary, "--no-gitignore", "--no-check-update", "--analytics-disable"], OPENAI_API_KEY="")
    s.until(r"\(Y\)es/\(N\)o", 60)
    s.calm()
    s.shot("blocked", "startup-login")


def no_git(s: S) -> None:
    s.fresh()
    (s.work / ".git").rename(s.work / "no-git")
    s.start()
    s.until(r"No git repo found", 60)
    s.calm()
    s.shot("blocked", "startup-git")


def talk(s: S) -> None:
    ready(s)
    s.tmux("send-keys", "-t", "=rec:", "-l", "half a sentence")
    s.calm()
    s.shot("idle", "typed")
    s.keys("C-c")
    s.calm()
    ask(s, "plain", "Say hello")
    s.until(r"scripted model")
    s.until(r"Tokens:")
    s.calm(1.5)
    s.shot("idle", "answered")
    ask(s, "think")
    s.until(r"Waiting for")
    s.shot("working", "waiting")
    s.keys("C-c")
    s.until(r"again to exit\n[\s\S]*again to exit[\s\S]*^> ?$")
    s.calm(1.5)
    s.shot("idle", "interrupted")
    ask(s, "slow")
    s.until(r"telling a long")
    s.shot("working", "streaming")


def modes(s: S) -> None:
    ready(s, "--chat-mode", "ask")
    s.shot("idle", "ask-mode")
    ready(s, "--multiline")
    s.shot("idle", "multiline")


def permissions(s: S) -> None:
    for scenario, what in (
        ("aider-shell", "permission-shell"),
        ("aider-new", "permission-create"),
        ("aider-mention", "permission-add"),
    ):
        ready(s)
        ask(s, scenario)
        s.until(r"\(Y\)es/\(N\)o")
        s.calm()
        s.shot("blocked", what)


def after_no(s: S) -> None:
    ready(s)
    ask(s, "aider-shell")
    s.until(r"\(Y\)es/\(N\)o")
    s.keys("n", "Enter")
    s.until(BOX)
    s.calm(1.5)
    s.shot("idle", "declined")


def failures(s: S) -> None:
    for scenario, what in (("auth", "auth"), ("broken", "bad-request")):
        ready(s)
        ask(s, scenario)
        s.until(r"litellm\.")
        s.gone("Waiting for")
        s.calm(2)
        s.shot("failed", what)
    ready(s)
    ask(s, "quota")
    s.until(r"Retrying in")
    s.shot("working", "retrying")


TAKES = (first_start, no_key, no_git, talk, modes, permissions, after_no, failures)
