"""What the scripted model does: a plain answer, a tool call that needs permission, a long stream, a limit.

A scenario is chosen by the server's default or by the words `(model: NAME)` in the last prompt. It is a list of
replies, one after each tool's result; when they are used up, the model says that it is done.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from typing import Any

ANSWER = "Hello from the scripted model. Nothing else needs to be done."
DONE = "Done. The work that you asked for is finished."
STORY = "The scripted model is telling a long story so that its reader can be seen at work. "
TAG = re.compile(r"\(model: ([a-z-]+)\)")


@dataclass(frozen=True)
class Reply:
    """`text`, then tool calls (kind, arguments); or an HTTP error. `pause` is seconds between words."""

    text: str = ANSWER
    calls: tuple[tuple[str, dict[str, Any]], ...] = ()
    pause: float = 0.0
    before: float = 0.0
    status: int = 200
    kind: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)


def _limit() -> Reply:
    reset = int(time.time()) + 3 * 3600
    return Reply(
        "This request would exceed your account's rate limit. Please try again later.",
        status=429,
        kind="rate_limit_error",
        headers={
            "anthropic-ratelimit-unified-status": "rejected",
            "anthropic-ratelimit-unified-reset": str(reset),
            "anthropic-ratelimit-unified-representative-claim": "five_hour",
            "anthropic-ratelimit-unified-5h-reset": str(reset),
            "anthropic-ratelimit-unified-5h-utilization": "1.0",
            "x-should-retry": "false",
        },
    )


def _error(status: int, kind: str, text: str) -> Reply:
    return Reply(text, status=status, kind=kind)


QUESTION = {
    "questions": [
        {
            "question": "Which colour should the button have?",
            "header": "Colour",
            "multiSelect": False,
            "options": [
                {"label": "Red", "description": "It stands out"},
                {"label": "Blue", "description": "It is calm"},
            ],
        }
    ]
}


def _codex_usage() -> Reply:
    """The ChatGPT backend's own words; Codex reads `resets_at`."""
    extra = {"plan_type": "plus", "resets_at": int(time.time()) + 3 * 3600}
    return Reply("The usage limit has been reached", status=429, kind="usage_limit_reached", extra=extra)


def _gemini_quota() -> Reply:
    """A quota of the day: the CLI tells it from one of the minute, which it sits out, by the quota's name."""
    rpc = "type.googleapis.com/google.rpc"
    violation = {"quotaId": "GenerateRequestsPerDayPerProjectPerModel", "quotaMetric": "requests"}
    details = [
        {"@type": f"{rpc}.QuotaFailure", "violations": [violation]},
        {"@type": f"{rpc}.RetryInfo", "retryDelay": "12010s"},
    ]
    text = "You exceeded your current quota. Please retry in 3h20m10s."
    return Reply(text, status=429, extra={"details": details})


def _shell(command: str, text: str = "I will look at the folder.") -> Reply:
    return Reply(text, (("shell", {"command": command}),))


_READ = Reply("", (("read", {"path": "notes.txt"}),))
_EDIT = Reply("I will edit it.", (("edit", {"path": "notes.txt", "old": "alpha", "new": "beta"}),))
_PLAN = {"plan": "# Plan\n\n1. Read notes.txt\n2. Change alpha to beta\n3. Run the tests\n"}
_NEW_FILE = "<<<<<<< SEARCH\n=======\nhello\nworld\n>>>>>>> REPLACE\n"

SCENARIOS: dict[str, tuple[Reply, ...]] = {
    "plain": (Reply(),),
    "shell": (_shell("touch made-by-agent.txt && ls -la"),),
    "busy": (_shell("sleep 30 && echo tests passed", "I will run the tests."),),
    "write": (
        Reply("I will write a file.", (("write", {"path": "hello.txt", "content": "hello\nworld\n"}),)),
    ),
    "edit": (_READ, _EDIT),
    "patch": (_EDIT,),
    "fetch": (Reply("I will fetch it.", (("fetch", {"url": "http://example.com/"}),)),),
    "question": (Reply("", (("question", QUESTION),)),),
    "plan": (Reply("", (("write-plan", _PLAN),)), Reply("", (("plan", _PLAN),))),
    "slow": (Reply(STORY * 40, pause=0.15),),
    "think": (Reply(before=60.0),),
    "limit": (_limit(),),
    "quota": (_error(429, "insufficient_quota", "You exceeded your current quota, please check your plan."),),
    "usage": (_codex_usage(),),
    "gemini-quota": (_gemini_quota(),),
    "auth": (_error(401, "authentication_error", "invalid x-api-key"),),
    "overloaded": (_error(529, "overloaded_error", "Overloaded"),),
    "broken": (_error(400, "invalid_request_error", "the scripted model refuses this request"),),
    "aider-shell": (Reply("You can run this:\n\n```bash\ntouch made-by-agent.txt\n```\n"),),
    "aider-new": (Reply(f"hello.txt\n```\n{_NEW_FILE}```\n"),),
    "aider-mention": (Reply("I need to see `notes.txt` first. Please add `notes.txt` to the chat."),),
}


def choose(default: str, prompt: str, results: int) -> Reply:
    """The reply for a conversation with `prompt` as the person's last words and `results` tool results since."""
    tags = TAG.findall(prompt)
    steps = SCENARIOS.get(tags[-1] if tags else default, SCENARIOS["plain"])
    return steps[results] if results < len(steps) else Reply(DONE)
