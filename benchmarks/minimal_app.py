"""The smallest full-screen Textual app there is: what bench_tui_start.py measures the cockpit by."""

from textual.app import App, ComposeResult
from textual.widgets import Static


class Minimal(App[None]):
    """One text."""

    def compose(self) -> ComposeResult:
        yield Static("hello, terminal")


if __name__ == "__main__":
    Minimal().run()
