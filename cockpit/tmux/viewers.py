"""How a person looks at an agent's window in their own terminal."""

from __future__ import annotations

_PLACEHOLDER = "opening"  # the window that a new session must have, until the real one takes its place


def view_commands(session: str, window_id: str, view: str) -> list[tuple[str, ...]]:
    """The tmux commands that show `window_id` of `session` in a session of its own, `view`.

    Not a session grouped with ours: it would have all windows, so that whose own closes is dropped into somebody
    else's, and tmux 3.3 runs hooks about a window that is gone in an arbitrary session.
    """
    mine = f"={view}:"
    return [
        ("has-session", "-t", f"={session}:{window_id}"),
        ("new-session", "-d", "-s", view, "-n", _PLACEHOLDER, "--", "/bin/sh", "-c", "exec sleep 60"),
        ("link-window", "-k", "-s", f"={session}:{window_id}", "-t", f"{mine}{_PLACEHOLDER}"),
        ("set-option", "-t", mine, "status", "on"),
        ("attach-session", "-t", mine),
        ("set-option", "-t", mine, "destroy-unattached", "on"),
    ]
