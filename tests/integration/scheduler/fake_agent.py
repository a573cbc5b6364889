"""An interactive agent for tests. It stands at a composer; the words of its prompt say what it does, one by one.

fake_agent.py [--OPTION VALUE] LOG [WORDS]       LOG gets a JSON line for each thing that arrives: option, prompt,
answer, key
work=FIFO   works until the fifo is opened       ask        asks yes or no, and takes one key
say=TEXT    says TEXT (with _ for blanks)        exit=N     ends
FAKE_FIRST=trust in the environment asks at first whether it may start; FAKE_FIRST=mark pretends that an earlier
scheduler died at the worst moment of typing
"""

import json
import os
import sys
import termios
import tty

option = sys.argv[1:3] if sys.argv[1].startswith("--") else []
del sys.argv[1 : 1 + len(option)]
log = sys.argv[1]
said: list[str] = []


def tell(kind: str, what: str) -> None:
    with open(log, "a", encoding="utf-8") as file:
        file.write(json.dumps([kind, what]) + "\n")


def show(*lines: str) -> None:
    os.write(1, ("\x1b[2J\x1b[H" + "\r\n".join([*said[-10:], *lines])).encode())


def key() -> str:
    pressed = os.read(0, 1).decode()
    if pressed in ("\x03", ""):
        tell("key", "C-c")
        sys.exit(0)
    return pressed


def prompt() -> str:
    typed = os.environ.pop("FAKE_TYPED", "").encode()
    show("ready> " + typed.decode())
    while True:
        data = os.read(0, 65536)
        if not data or b"\x03" in data:
            tell("key", "C-c")
            sys.exit(0)
        typed += data
        if typed.endswith(b"\r"):
            return typed.replace(b"\x1b[200~", b"").replace(b"\x1b[201~", b"").decode().strip()
        show("ready> " + typed.decode(errors="replace"))


def act(word: str) -> None:
    name, _, value = word.partition("=")
    if name == "work":
        show("* Working (esc to interrupt)", "ready> ")
        with open(value) as gate:
            gate.read()
    elif name == "ask":
        show("Allow this? 1 yes 2 no ")
        tell("answer", key())
    elif name == "say":
        said.append(value.replace("_", " "))
    elif name == "exit":
        sys.exit(int(value))


if option:
    tell(*option)
resumed = option[:1] == ["--resume"]
if resumed:
    said.append("Usage limit reached, resets in 2 hours")  # how its conversation ended
tty.setraw(0, termios.TCSANOW)
os.write(1, b"\x1b[?2004h")
first = os.environ.get("FAKE_FIRST") if os.environ["COCKPIT_ATTEMPT"] == "1" else None
if first == "trust":
    show("Do you trust this folder? [Enter] ")
    tell("answer", "trusted" if key() == "\r" else "no")
elif first == "mark":
    with open(os.environ["COCKPIT_JOB_DIR"] + "/typed", "w"):
        pass
words = " ".join(sys.argv[2:])
while True:
    words = words or prompt()
    tell("prompt", words)
    if resumed:
        said.clear()
    said.append("> " + words)
    for word in words.split():
        act(word)
    words = ""
