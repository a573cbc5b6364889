"""The configuration of cockpit's own tmux server.

Never the user's ~/.tmux.conf: what an agent's pane looks like must not hang on it. `set -q` because an option that
this tmux does not know yet (or no more) is no reason to refuse to start.
"""

from __future__ import annotations

from cockpit.base.files import write_atomic

HISTORY_LINES = 20_000
SIZE = (200, 50)

_CONF = """\
# Written by cockpit for its own tmux server; changes are overwritten.
set -sgq exit-empty off
set -sgq exit-unattached off
set -sgq escape-time 5
set -sgq focus-events on
set -sgq set-clipboard external
set -sgq default-terminal tmux-256color
set -sgq buffer-limit 20
set -asgq terminal-features ",*:RGB"
set -gq update-environment ""
set -gq default-size {columns}x{lines}
set -gq history-limit {history}
set -gq status off
set -gq status-right " C-b d: back "
set -gq status-left "[cockpit] "
set -gq mouse on
set -gq set-titles on
set -gq set-titles-string "cockpit #W"
set -gq detach-on-destroy on
set -gq destroy-unattached off
set -gq renumber-windows off
set -gq bell-action none
set -gq activity-action none
set -gq silence-action none
set -gq visual-bell off
set -gwq remain-on-exit off
set -gwq automatic-rename off
set -gwq allow-rename off
set -gwq window-size latest
set -gwq aggressive-resize off
set -gwq monitor-bell on
"""


def conf_text(history: int = HISTORY_LINES, size: tuple[int, int] = SIZE) -> str:
    """The configuration file; `history` in lines per pane, `size` as (columns, lines) of windows nobody looks at."""
    return _CONF.format(history=history, columns=size[0], lines=size[1])


def write_conf(path: str, history: int = HISTORY_LINES) -> None:
    """Write the file that TmuxServer is started with. Raises Unavailable when the disk is full."""
    write_atomic(path, conf_text(history))
