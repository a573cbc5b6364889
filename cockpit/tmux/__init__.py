"""tmux: servers, windows and panes, on this host or behind a command prefix."""
