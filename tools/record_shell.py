"""Takes of plain shells: what stands there when no agent runs."""

from __future__ import annotations

from typing import Any

S = Any  # record_screens.Session


def prompts(s: S) -> None:
    for shell, words in (("sh", ["sh"]), ("bash", ["bash", "--norc"]), ("bash-user", ["bash", "--norc"])):
        s.fresh()
        more = {"PS1": r"\u@\h:\w\$ "} if shell == "bash-user" else {}
        s.start(words=words, **more)
        s.until(r"[$#]")
        s.calm()
        s.shot("shell", f"{shell}-fresh")
        s.say("ls -la; false")
        s.until("notes.txt")
        s.calm()
        s.shot("shell", f"{shell}-after-command")


def running(s: S) -> None:
    s.fresh()
    s.start(words=["bash", "--norc"])
    s.until(r"[$#]")
    s.say("for i in 1 2 3; do echo line $i; done; sleep 60")
    s.until("^line 3")
    s.calm()
    s.shot("working", "command-runs")


def script(s: S) -> None:
    s.fresh()
    s.start(words=["sh", "-c", "echo started; read answer"])
    s.until("started")
    s.calm()
    s.shot("working", "script-waits")
    s.keys("Enter")
    s.until("Pane is dead")
    s.shot("exited", "script-ended")


def questions(s: S) -> None:
    for words, what in (
        ("Overwrite the file? [y/N] ", "yes-no"),
        ("Password for demo: ", "secret"),
        ("What is your name? ", "question"),
    ):
        s.fresh()
        s.start(words=["sh", "-c", f"echo started; printf '%s' '{words}'; read answer"])
        s.until("started")
        s.calm()
        s.shot("blocked", what)


TAKES = (prompts, running, script, questions)
