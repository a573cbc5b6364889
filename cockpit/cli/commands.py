"""The one table of commands: which module has it, and the line that `cockpit --help` says of it."""

from __future__ import annotations


class Command:
    """One command: `module` below cockpit.cli has `build_<name>(parser)`.

    `words` are its sub-commands, the default first; then there is one `build_<name>_<sub-command>` for each.
    """

    __slots__ = ("module", "name", "says", "words")

    def __init__(self, name: str, module: str, says: str, words: tuple[str, ...] = ()) -> None:
        self.name = name
        self.module = module
        self.says = says
        self.words = words


_PLAIN = (
    ("enqueue", "enqueue", "put a job into the queue"),
    ("jobs", "jobs", "list the jobs, or tell all about one"),
    ("status", "status", "the queue, the slots, the locks and the scheduler at a glance"),
    ("logs", "logs", "what a job printed; -f follows it"),
    ("attach", "panes", "look at a running job's pane, full screen, and type into it"),
    ("send", "send", "type a text into a running job's pane, or into several"),
    ("keys", "send", "press keys in a running job's pane, or in several"),
    ("answer", "send", "say yes or no to what an agent asks"),
    ("capture", "capture", "what a running job's pane shows, and what state that is"),
    ("wait", "wait", "wait until a job's pane shows something"),
    ("exec", "exec", "run a command in the shell of a job's pane"),
    ("kill", "change", "end a job that runs, or cancel one that waits"),
    ("cancel", "change", "cancel a job that waits"),
    ("retry", "change", "bring back a job that has ended"),
    ("edit", "change", "change the priority or the prompt of a job that waits"),
    ("hold", "gates", "let a job, a project, a user or the whole queue wait"),
    ("resume", "gates", "undo a hold"),
    ("clear", "gates", "cancel all that waits"),
    ("progress", "progress", "tell how far this job is; for agents, inside a job"),
    ("doctor", "doctor", "what is missing on this machine, and how to get it"),
    ("demo", "demo", "a fleet of scripted agents over real repositories, to try cockpit out"),
    ("serve", "serve", "the cockpit in a browser, on this machine, to look at"),
    ("migrate", "migrate", "import a pending-requests.json"),
    ("completion", "completion", "print the shell completion for bash, zsh or fish"),
)
_GROUPS = (
    ("locks", "locks", "per-user locks: list, release, clean up, run a command under one",
     ("list", "release", "cleanup", "acquire")),
    ("projects", "projects", "the projects that jobs can be given to", ("list", "add", "remove")),
    ("config", "config", "the configuration: write a sample, check it, show it", ("show", "init", "check", "path")),
    ("themes", "themes", "the colours of the cockpit: list them, check your own", ("list", "check")),
    ("agents", "agents", "what each running agent does, and how its screen is read",
     ("status", "explain", "test")),
    ("docker", "docker", "the containers that cockpit keeps for agents: list, clean up, build their image",
     ("ps", "prune", "build")),
    ("notify", "notify", "notifications: try every way to tell you something", ("test",)),
    ("daemon", "daemon", "the scheduler without a screen", ("status", "run", "start", "stop", "restart", "logs")),
)  # fmt: skip


def all_commands() -> list[Command]:
    """Every command, in the order of `cockpit --help`."""
    return [Command(*entry) for entry in (*_PLAIN, *_GROUPS)]


def find_command(name: str) -> Command | None:
    """The command called `name`; None when there is none."""
    for entry in (*_PLAIN, *_GROUPS):
        if entry[0] == name:
            return Command(*entry)
    return None
