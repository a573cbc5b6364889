"""Any bytes in, no exception out, frames never mixed; and however the bytes are cut, the same events."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from cockpit.tmux.protocol import (
    LONGEST_LINE,
    ControlParser,
    Event,
    Exit,
    Notice,
    Output,
    Reply,
    Stray,
    unescape,
)

# Lines that a hostile pane may show: everything that looks like the protocol, but for the numbers of the real frame.
BODY_LINES = st.one_of(
    st.binary(max_size=40).map(lambda line: line.replace(b"\n", b"")),
    st.sampled_from(
        [
            b"%end 1 2 1",
            b"%error 9 9 1",
            b"%begin 1 2 1",
            b"%output %1 x",
            b"%exit",
            b"",
            b"%end",
            b"%window-close @1",
        ]
    ),
)
REPLIES = st.lists(st.tuples(st.booleans(), st.booleans(), st.lists(BODY_LINES, max_size=6)), max_size=6)
NOISE = st.sampled_from([b"%output %7 a\\015\\012b", b"%window-add @3", b"%extended-output %2 10 : a : b"])


def frames(replies: list[tuple[bool, bool, list[bytes]]], noise: bytes) -> bytes:
    data = b""
    for number, (ok, own, lines) in enumerate(replies, start=1000):
        numbers = b"1795217373 %d %d" % (number, own)
        end = b"%end " if ok else b"%error "
        data += b"".join(line + b"\n" for line in (b"%begin " + numbers, *lines, end + numbers, noise))
    return data


def cut(data: bytes, cuts: list[int]) -> list[bytes]:
    places = [0, *sorted(place % (len(data) + 1) for place in cuts), len(data)]
    return [data[start:end] for start, end in itertools.pairwise(places)]


def read(pieces: list[bytes]) -> list[Event]:
    parser = ControlParser()
    return [event for piece in pieces for event in parser.feed(piece)]


@given(st.lists(st.binary(max_size=200)))
def test_any_bytes(pieces: list[bytes]) -> None:
    assert read(pieces) == read([b"".join(pieces)])


@given(
    st.lists(
        st.sampled_from(
            [b"%begin ", b"%end ", b"%error ", b"%output ", b"%1 ", b"1 ", b"2 ", b"1", b"\n", b" ", b"%", b"\xff",
             b"\\012", b"%extended-output ", b": ", b"%exit", b"%pause %1", b"99999999999999999999999 "]
        ),
        max_size=60,
    )
)  # fmt: skip
def test_any_words_of_the_protocol(words: list[bytes]) -> None:
    assert read(words) == read([b"".join(words)])


@given(REPLIES, NOISE, st.lists(st.integers(0, 10_000), max_size=8))
def test_frames_are_never_mixed(
    replies: list[tuple[bool, bool, list[bytes]]], noise: bytes, cuts: list[int]
) -> None:
    events = read(cut(frames(replies, noise), cuts))
    got = [(event.ok, event.own, event.lines) for event in events if isinstance(event, Reply)]
    assert got == replies
    assert len(events) == 2 * len(replies)


@given(st.binary(max_size=100))
def test_output_comes_back_as_it_was_printed(printed: bytes) -> None:
    escaped = b"".join(b"\\%03o" % byte if byte < 32 or byte == 0x5C else bytes([byte]) for byte in printed)
    (event,) = read([b"%output %12 " + escaped + b"\n"])
    assert isinstance(event, Output)
    assert (event.pane, unescape(event.data)) == ("%12", printed)


def test_what_tmux_says() -> None:
    events = read(
        [
            b"%begin 1 266 0\n%end 1 266 0\n%session-changed $0 cockpit\n",
            b"%begin 2 272 1\na\n\xc3\xbc\n%end 2 272 1\n%extended-output %1 12 : x : y\n",
            b"%unlinked-window-close @1\n%begin 3 9 1\nno\n%error 3 9 1\n%exit server exited\n",
        ]
    )
    assert events == [
        Reply(266, True, False, []),
        Notice("session-changed", "$0 cockpit"),
        Reply(272, True, True, [b"a", b"\xc3\xbc"]),
        Output("%1", b"x : y"),
        Notice("unlinked-window-close", "@1"),
        Reply(9, False, True, [b"no"]),
        Exit("server exited"),
    ]


def test_what_tmux_never_says_is_stray() -> None:
    events = read([b"hello\n%end 1 2 1\n%begin x\n%output nonsense\n"])
    assert [type(event) for event in events] == [Stray] * 4


def test_an_endless_line_takes_no_memory() -> None:
    parser = ControlParser()
    for _ in range(LONGEST_LINE // 65536 + 10):
        assert parser.feed(b"x" * 65536) == []
    assert sum(map(len, parser._rest)) == 0
    assert [type(event) for event in parser.feed(b"\n%exit\n")] == [Stray, Exit]
