"""The demo's story as data: who works on which repository, and what the queue holds at the start."""

from __future__ import annotations

from collections.abc import Mapping

from cockpit.base.records import dataclass

SLOTS = 3


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast the agents work: seconds of every pause, whole seconds to wait for an answer, first retry's wait."""

    pause: float
    patience: int
    backoff: float
    delay: str


QUICK = Pace(pause=0.1, patience=2, backoff=0.5, delay="4s")
UNHURRIED = Pace(pause=1.5, patience=120, backoff=10, delay="45s")


@dataclass(frozen=True, slots=True)
class Repository:
    """A project: a git repository with these files, and whose it is."""

    name: str
    user: str
    files: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Task:
    """A job of the story. `script` are the lines below the task that the scripted agent obeys (agents/common.sh).

    `key` names it within the story, `after` are keys; a held one starts when somebody resumes it.
    """

    key: str
    project: str
    title: str
    agent: str = "builder"
    priority: str = "normal"
    script: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    delayed: bool = False
    held: bool = False
    retries: int = 0

    @property
    def prompt(self) -> str:
        return "\n".join((self.title, "", *self.script, ""))


REPOSITORIES = (
    Repository(
        "web",
        "alice",
        {
            "README.md": "# web\n\nThe shop's pages.\n",
            "src/settings.css": ".settings { color: #222; }\n",
            "src/login.js": "export function login(name) {\n  return fetch('/login/' + name);\n}\n",
        },
    ),
    Repository(
        "shop",
        "alice",
        {
            "README.md": "# shop\n\nCart and checkout.\n",
            "checkout.py": "def charge(cart):\n    return sum(cart)\n",
            "images.txt": "apple.png\nbread.png\n",
        },
    ),
    Repository(
        "api",
        "bob",
        {
            "README.md": "# api\n\nOrders and users.\n",
            "orders.py": "def orders():\n    return []\n",
            "users.sql": "CREATE TABLE users (id INTEGER PRIMARY KEY);\n",
        },
    ),
    Repository(
        "docs",
        "carol",
        {
            "README.md": "# docs\n\nThe manual.\n",
            "manual.md": "# Manual\n\nTo be writen.\n",
            "index.md": "- [Manual](manual.md)\n",
        },
    ),
    Repository(
        "infra",
        "dave",
        {
            "README.md": "# infra\n\nImages and roll-outs.\n",
            "Dockerfile": "FROM debian:bookworm-slim\n",
            "rollout.sh": "#!/bin/sh\necho rolling out\n",
        },
    ),
)

TASKS = (
    Task("dark", "web", "Add a dark mode to the settings page", "builder", "high", ("steps: 5", "write: src/dark.css")),
    Task("twice", "shop", "Stop the checkout from charging twice", "fixer", "critical", ("steps: 4",)),
    Task("tests", "web", "Write tests for the dark mode", script=("steps: 4", "write: tests/dark.js"), after=("dark",)),
    Task("images", "shop", "Tidy up the product images", priority="low", script=("steps: 3",)),
    Task("flaky", "api", "Make the flaky login test pass", "fixer", "high", ("steps: 4", "fail: once"), retries=1),
    Task("pages", "api", "Add pagination to /orders", script=("steps: 5", "write: pages.py")),
    Task(
        "users",
        "api",
        "Migrate the users table",
        script=("steps: 4", "ask: Drop the old users table?", "write: users_2.sql"),
    ),
    Task("names", "api", "Rename the internal helpers", priority="low", script=("steps: 3",)),
    Task(
        "plan",
        "docs",
        "Plan the manual of 2.0, and hand out its chapters",
        priority="high",
        script=(
            "steps: 3",
            "then: docs normal Write the chapter on queues",
            "then: docs normal Write the chapter on locks",
        ),
    ),
    Task("typos", "docs", "Mend the typing errors in the manual", "fixer", "low", ("steps: 3",), delayed=True),
    Task("publish", "docs", "Publish the manual", script=("steps: 3", "write: published.txt"), held=True),
    Task("image", "infra", "Upgrade the base image and rebuild everything", script=("steps: 16",)),
    Task("rollout", "infra", "Roll the new users table out", priority="high", script=("steps: 4",), after=("users",)),
    Task("logs", "infra", "Rotate the logs", "fixer", "low", ("steps: 3", "write: logrotate.conf")),
)  # fmt: skip

ON_SCREEN = (
    Task("audit", "infra", "Audit the licences of all images", priority="high", script=("steps: 80",)),
    Task("links", "docs", "Check every link of the manual", "fixer", script=("steps: 3", "fail: always")),
)
"""Only where somebody looks on: one that runs for minutes, and one that fails for good."""


@dataclass(frozen=True, slots=True)
class Past:
    """A job of yesterday: when it began on the wall clock, how many minutes it ran, and its exit code."""

    project: str
    title: str
    agent: str
    hour: int
    minute: int
    took: int
    code: int = 0


YESTERDAY = (
    Past("web", "Move the settings to a page of their own", "builder", 9, 12, 14),
    Past("api", "Add an index to the orders table", "fixer", 9, 40, 6),
    Past("docs", "Write down how a release is made", "builder", 11, 5, 21),
    Past("infra", "Renew the certificates of the test hosts", "fixer", 14, 30, 3, 1),
    Past("shop", "Round prices the same way everywhere", "builder", 16, 2, 11),
)

HANDED_OUT = 2
"""Jobs that agents of the story enqueue by themselves."""
