"""A small agent-like program: a framed composer in raw mode, bracketed paste, a list of what was submitted.

composer.py LOG [deaf]     every submitted text is appended to LOG as one JSON line; `deaf` ignores the first Enter
"""

import codecs
import json
import os
import re
import sys
import termios
import tty

log, deaf = sys.argv[1], "deaf" in sys.argv
typed, pasting, said = "", False, []


def draw() -> None:
    rows = typed.split("\n")[-6:]
    body = "\r\n".join(f"│ > {row[-70:]}" for row in rows)
    spoken = "\r\n".join(f"* {text[:60]!r}" for text in said[-8:])
    above = len(rows)
    os.write(1, f"\x1b[2J\x1b[H{spoken}\r\n╭──\r\n{body}\r\n╰──\r\n? for shortcuts".encode())
    os.write(1, f"\x1b[{len(said[-8:]) + 2 + above};{len(rows[-1][-70:]) + 5}H".encode())


tty.setraw(0, termios.TCSANOW)
os.write(1, b"\x1b[?2004h")
draw()
decoder = codecs.getincrementaldecoder("utf-8")()
carried = ""
while read := os.read(0, 65536):
    data = carried + decoder.decode(read)
    cut = re.search(r"\x1b(\[(2(0[01]?)?)?)?$", data)  # a bracket that was read in halves
    data, carried = (data[: cut.start()], cut[0]) if cut else (data, "")
    for piece in re.split(r"(\x1b\[20[01]~|\r|\x03|\x1b)", data):
        if piece in ("\x1b[200~", "\x1b[201~"):
            pasting = piece == "\x1b[200~"
        elif piece == "\x03":
            sys.exit(0)
        elif piece == "\r" and pasting:
            typed += "\n"
        elif piece == "\r" and deaf:
            deaf = False
        elif piece == "\r":
            with open(log, "a", encoding="utf-8") as file:
                file.write(json.dumps(typed) + "\n")
            said.append(typed)
            typed = ""
        else:
            typed += piece
    draw()
