"""PaneController against real programs: typing with proof, waiting without polling, executing with exit codes."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable

import pytest

from cockpit.base.errors import Conflict, NotFound, Unavailable, UsageError
from cockpit.base.files import write_atomic
from cockpit.tmux.client import TmuxClient
from cockpit.tmux.hosts import Host
from cockpit.tmux.pane import PaneController
from cockpit.tmux.screen import StaleCapture
from cockpit.tmux.server import TmuxServer

pytestmark = pytest.mark.tmux
Opener = Callable[..., Awaitable[PaneController]]
Eventually = Callable[[Callable[[], bool], str], Awaitable[None]]
COMPOSER = os.path.join(os.path.dirname(__file__), "composer.py")


def submitted(path: str) -> list[str]:
    try:
        with open(path, encoding="utf-8") as file:
            return [json.loads(line) for line in file]
    except FileNotFoundError:
        return []


async def test_capture(open_pane: Opener) -> None:
    title, red = r"\033]2;the title\007", r"\033[1;38;2;255;0;0mred\033[0m"
    link = r"\033]8;;http://x\033\\link\033]8;;\033\\"
    script = rf"printf '{title}{red} 漢字e\314\201 plain\n{link}\n'; cat"
    pane = await open_pane("sh", "-c", script, ready="link")
    screen = await pane.capture_pane()
    assert screen.text == "red 漢字e\u0301 plain\nlink"
    assert (screen.title, screen.size, screen.cursor, screen.alternate) == (
        "the title",
        (200, 50),
        (0, 2),
        False,
    )
    coloured = await pane.capture_pane(escapes=True)
    assert "\x1b[1m\x1b[38;2;255;0;0mred" in coloured.text
    assert coloured.plain == screen.text
    assert coloured.digest == screen.digest


async def test_capture_of_scrollback_and_alternate_screen(open_pane: Opener) -> None:
    pane = await open_pane(
        "sh", "-c", r"seq 1 200; read x; printf '\033[?1049h\033[Hfull screen'; cat", ready="^200$"
    )
    assert (await pane.capture_pane(lines=120)).lines == tuple(str(n) for n in range(81, 201))
    assert (await pane.capture_pane(lines=3)).lines == ("198", "199", "200")
    await pane.send_key("Enter")
    assert (await pane.wait_for_prompt("full screen")).seen
    screen = await pane.capture_pane(lines=100)
    assert (screen.alternate, screen.text) == (True, "full screen")


async def test_shell_accepts_what_is_typed(shell: PaneController) -> None:
    receipt = await shell.send_keys("echo it''works; #{pid} $((1+1))")
    assert receipt.level == "accepted"
    assert (await shell.wait_for_prompt("^itworks$")).seen
    assert (await shell.send_keys("echo not yet", enter=False)).level == "echoed"
    assert (await shell.wait_for_idle(0.2)).seen
    assert "\nnot yet" not in (await shell.capture_pane()).text


async def test_a_command_that_prints_nothing_gets_one_enter(shell: PaneController) -> None:
    receipt = await shell.send_keys("read answer")
    assert (receipt.level, receipt.enters) == ("accepted", 1)
    await shell.send_keys("given; echo $answer")
    assert (await shell.wait_for_shell_prompt()).seen
    await shell.send_keys("echo =$answer=")
    assert (await shell.wait_for_prompt(r"^=given; echo \$answer=$")).seen


async def test_a_program_in_line_mode_gets_one_line(open_pane: Opener, eventually: Eventually) -> None:
    pane = await open_pane(
        "sh", "-c", "echo ask; read a; sleep 0.2; echo got:$a; read b; echo b:$b; cat", ready="ask"
    )
    assert (await pane.send_keys("yes;")).level == "accepted"
    assert (await pane.wait_for_prompt("got:yes;")).seen
    assert "b:" not in (await pane.capture_pane()).text


async def test_no_echo_is_only_sent(open_pane: Opener) -> None:
    pane = await open_pane("sh", "-c", "stty -echo; echo password; read x; echo ${#x}; cat", ready="password")
    receipt = await pane.send_keys("secret", timeout=0.3)
    assert (receipt.level, receipt.enters) == ("sent", 1)
    assert (await pane.wait_for_prompt("^6$")).seen


@pytest.mark.parametrize(
    "text", ["fix the tests", "two\nlines of it", 'it\'s "$(x)" é 漢字 👩‍👩‍👧; #{pid} \\n %H ~', "w " * 150]
)
async def test_composer_gets_a_text_once(
    open_pane: Opener, folder: str, eventually: Eventually, text: str
) -> None:
    pane = await open_pane(sys.executable, COMPOSER, f"{folder}/said", ready="shortcuts")
    receipt = await pane.send_keys(text)
    assert (receipt.level, receipt.enters) == ("accepted", 1)
    assert submitted(f"{folder}/said") == [text]


async def test_enter_that_was_lost_is_pressed_again_and_the_text_is_not(
    open_pane: Opener, folder: str
) -> None:
    pane = await open_pane(sys.executable, COMPOSER, f"{folder}/said", "deaf", ready="shortcuts")
    receipt = await pane.send_keys("only once", timeout=1.0)
    assert (receipt.level, receipt.enters) == ("accepted", 2)
    assert submitted(f"{folder}/said") == ["only once"]


async def test_two_senders_do_not_mix(open_pane: Opener, client: TmuxClient, folder: str) -> None:
    pane = await open_pane(sys.executable, COMPOSER, f"{folder}/said", ready="shortcuts")
    other = PaneController(client, pane.pane_id)
    await asyncio.gather(pane.send_keys("first " * 20), other.send_keys("second " * 20))
    assert sorted(submitted(f"{folder}/said")) == ["first " * 20, "second " * 20]


async def test_sixty_kilobytes(open_pane: Opener, folder: str, eventually: Eventually) -> None:
    text = "".join(f'{n} it\'s "quoted" $(x) `y` \\ é 漢字 👩‍👩‍👧\n' for n in range(1300)) + "the end"
    assert len(text.encode()) > 60_000
    pane = await open_pane(sys.executable, COMPOSER, f"{folder}/said", ready="shortcuts")
    receipt = await pane.send_keys(text, timeout=5.0)
    assert receipt.level == "accepted"
    assert submitted(f"{folder}/said") == [text]


async def test_keys_reach_the_program_while_a_person_scrolls(shell: PaneController) -> None:
    await shell.client.command("copy-mode", "-t", shell.pane_id)
    assert (await shell.capture_pane()).in_mode
    assert (await shell.send_keys("echo through''scrolling")).level == "accepted"
    assert (await shell.wait_for_prompt("^throughscrolling$")).seen


async def test_keys(shell: PaneController) -> None:
    await shell.send_keys("cat")
    await shell.send_keys("cat runs")  # an interrupt before that would be the shell's
    assert (await shell.wait_for_prompt("^cat runs\ncat runs$")).seen
    await shell.interrupt()
    assert (await shell.wait_for_shell_prompt()).seen
    with pytest.raises(UsageError):
        await shell.send_key("Enter", "Entr")
    await shell.send_key("e", "c", "h", "o", "Space", ";", "Enter")
    assert (await shell.wait_for_prompt(r"\$ echo ;$")).seen


async def test_execute(shell: PaneController) -> None:
    done = await shell.execute("echo one; echo 'two  words'; false")
    assert (done.output, done.exit_code, done.truncated) == ("one\ntwo  words\n", 1, False)
    assert (await shell.execute("printf 'no newline'")).output == "no newline"
    assert (await shell.execute("cd /tmp # a comment")).exit_code == 0
    assert (await shell.execute("pwd")).output == "/tmp\n"
    assert (await shell.execute("if true\nthen echo 'a\nb'\nfi")).output == "a\nb\n"
    assert (await shell.execute("(exit 42)")).exit_code == 42
    assert (await shell.execute("echo '")).exit_code != 0
    assert (await shell.execute("printf '%0300d\\n' 7")).output == "0" * 299 + "7\n"
    many = await shell.execute("seq 1 3000")
    assert many.output.split("\n")[:-1] == [str(n) for n in range(1, 3001)]


async def test_execute_in_a_plain_shell(open_pane: Opener) -> None:
    pane = await open_pane("env", "PS1=$ ", "dash", ready=r"^\$")
    done = await pane.execute("echo hi; exit_code() { return 3; }; exit_code")
    assert (done.output, done.exit_code) == ("hi\n", 3)


async def test_execute_needs_a_shell(open_pane: Opener, shell: PaneController) -> None:
    pane = await open_pane("sh", "-c", "echo busy; cat", ready="busy")
    with pytest.raises(Conflict, match="no shell waits"):
        await pane.execute("true", timeout=0.3)
    with pytest.raises(Unavailable, match="did not end within"):
        await shell.execute("sleep 50", timeout=0.5)


async def test_waiting(open_pane: Opener) -> None:
    pane = await open_pane("sh", "-c", "for i in 1 2 3 4 5 6; do echo $i; sleep 0.1; done; cat", ready="1")
    start = time.monotonic()
    result = await pane.wait_for_idle(0.5)
    assert result.seen
    assert result.screen is not None
    assert result.screen.text.endswith("6")
    assert time.monotonic() - start > 0.9
    missed = await pane.wait_for_prompt("never", timeout=0.2)
    assert (missed.outcome, missed.evidence) == ("timeout", "6")
    with pytest.raises(UsageError, match="not a regular expression"):
        await pane.wait_for_prompt("(")


async def test_output_is_seen_at_once(shell: PaneController) -> None:
    took = []
    for n in range(10):
        waiting = asyncio.create_task(shell.wait_for_prompt(f"^seen-{n}$", timeout=5))
        await shell.client.command("send-keys", "-t", shell.pane_id, f"echo see''n-{n}", "Enter")
        took.append((await waiting).waited)
    assert sorted(took)[5] < 0.5  # the net under it looks once a second


async def test_the_end_of_a_pane_ends_waits(shell: PaneController, eventually: Eventually) -> None:
    waiting = asyncio.create_task(shell.wait_for_prompt("never", timeout=10))
    await shell.send_key("C-d")
    result = await waiting
    assert result.outcome == "gone"
    with pytest.raises(NotFound):
        await shell.capture_pane()
    with pytest.raises(NotFound):
        await shell.send_keys("hello")
    assert not await shell.kill()


async def test_resize_and_kill(shell: PaneController, server: TmuxServer) -> None:
    await shell.resize(90, 30)
    assert (await shell.capture_pane()).size == (90, 30)
    await shell.release_size()
    assert await shell.kill()
    assert await server.list_windows() == []


async def test_a_stopped_server_makes_captures_stale_and_nothing_idle(
    shell: PaneController, client: TmuxClient, stopped: Callable[[], int], eventually: Eventually
) -> None:
    client.timeout = 0.2
    pid = stopped()
    with pytest.raises(StaleCapture):
        await shell.capture_pane()
    result = await shell.wait_for_idle(0.1, timeout=0.6)
    assert (result.outcome, result.screen) == ("timeout", None)
    assert "does not answer" in result.evidence
    with pytest.raises(Unavailable):
        await shell.send_keys("hello")
    os.kill(pid, signal.SIGCONT)
    client.timeout = 2.0
    await eventually(lambda: client.degraded is None, "the connection")
    assert (await shell.wait_for_idle(0.1)).seen
    assert "hello" not in (await shell.capture_pane()).text


async def test_another_servers_pane_is_not_ours(
    shell: PaneController, client: TmuxClient, server: TmuxServer, folder: str, eventually: Eventually
) -> None:
    os.kill(client.server_pid, signal.SIGKILL)
    await eventually(lambda: client.degraded is not None, "the end")
    window = await server.open_window("job", folder, ["cat"], f"{folder}/log")
    assert window.pane_id == shell.pane_id
    client.poke()
    for use in (shell.capture_pane(), shell.send_keys("x"), shell.send_key("C-c"), shell.kill()):
        if use.__qualname__.endswith("kill"):
            assert not await use
        else:
            with pytest.raises(NotFound):
                await use
    assert len(await server.list_windows()) == 1


async def test_what_a_person_does_to_a_window(
    shell: PaneController, client: TmuxClient, server: TmuxServer
) -> None:
    for words in (
        ("rename-window", "-t", shell.pane_id, "x:y.z #{pid}"),
        ("split-window", "-t", shell.pane_id, "cat"),
        ("swap-pane", "-U", "-t", shell.pane_id),
        ("resize-pane", "-Z", "-t", shell.pane_id),
        ("break-pane", "-d", "-s", shell.pane_id),
    ):
        await client.command(*words)
        done = await shell.execute(f"echo after {words[0]}")
        assert done.output == f"after {words[0]}\n"
    assert shell.pane_id in {window.pane_id for window in await server.list_windows()}


async def test_a_host_behind_a_prefix(server: TmuxServer, folder: str) -> None:
    box = Host("a box", ("/usr/bin/env", "LC_ALL=C.UTF-8"))
    remote = TmuxServer(server.socket, server.base[-1], host=box)
    async with TmuxClient(remote) as client:
        assert client.degraded is None
        window = await remote.open_window("job", folder, ["env", "PS1=$ ", "bash", "--norc"], f"{folder}/log")
        pane = PaneController(client, window.pane_id, server_pid=window.server_pid)
        assert (await pane.execute("echo é漢😀")).output == "é漢😀\n"
        assert (await pane.send_keys("echo hi")).level == "accepted"
        assert remote.alive()


async def test_without_control_mode_a_pane_works_all_the_same(server: TmuxServer, folder: str) -> None:
    wrapper = f"{folder}/tmux"
    write_atomic(wrapper, '#!/bin/sh\ncase "$*" in *" -C "*) exit 1;; esac\nexec tmux "$@"\n', mode=0o700)
    slow = TmuxServer(server.socket, server.base[-1], command=wrapper)
    async with TmuxClient(slow) as client:
        assert client.degraded is not None
        window = await slow.open_window(
            "job", folder, [sys.executable, COMPOSER, f"{folder}/said"], f"{folder}/log"
        )
        pane = PaneController(client, window.pane_id, server_pid=window.server_pid)
        assert (await pane.wait_for_prompt("shortcuts")).seen
        assert (await pane.send_keys("long and\nin lines " * 20)).level == "accepted"
        assert submitted(f"{folder}/said") == ["long and\nin lines " * 20]
        assert (await pane.wait_for_idle(0.3)).seen


async def test_nobody_starts_a_server_who_does_not_want_to(server: TmuxServer) -> None:
    async with TmuxClient(server, ensure=False) as client:
        assert client.degraded == "no tmux server is running"
    assert not server.alive()
