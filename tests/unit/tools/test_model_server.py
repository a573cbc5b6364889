"""The scripted model answers each agent's protocol, and asks for a tool only where one is offered."""

import json
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

TOOLS = Path(__file__).parents[3] / "tools"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.syspath_prepend(str(TOOLS))
    import model_server  # type: ignore[import-not-found]

    running = model_server.ModelServer(scenario="shell")
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield running
    running.shutdown()
    running.server_close()
    thread.join()
    for name in ("model_server", "model_dialects", "model_scenarios"):
        sys.modules.pop(name, None)


def post(server: Any, path: str, body: dict[str, Any]) -> str:
    request = urllib.request.Request(f"{server.url}{path}", json.dumps(body).encode())
    with urllib.request.urlopen(request, timeout=10) as answer:
        text: str = answer.read().decode()
    return text


def user(text: str = "Do it") -> list[dict[str, str]]:
    return [{"role": "user", "content": text}]


@pytest.mark.parametrize(
    ("path", "body", "tool"),
    [
        ("/v1/messages", {"messages": user(), "tools": [{"name": "Bash"}]}, "Bash"),
        ("/v1/chat/completions", {"messages": user(), "tools": [{"function": {"name": "bash"}}]}, "bash"),
        ("/v1/responses", {"input": user(), "tools": [{"name": "exec_command"}]}, "exec_command"),
    ],
)
@pytest.mark.parametrize("stream", [True, False])
def test_a_tool_is_called_where_it_is_offered(
    server: Any, path: str, body: dict[str, Any], tool: str, stream: bool
) -> None:
    answer = post(server, path, {**body, "stream": stream})
    assert f'"name": "{tool}"' in answer
    assert answer.startswith(("event: ", "data: ")) is stream


def test_gemini_is_spoken_too(server: Any) -> None:
    tools = [{"functionDeclarations": [{"name": "run_shell_command"}]}]
    body = {"contents": [{"role": "user", "parts": [{"text": "Do it"}]}], "tools": tools}
    assert "functionCall" in post(server, "/v1beta/models/x:streamGenerateContent?alt=sse", body)


def test_after_the_tools_result_the_model_is_done(server: Any) -> None:
    turns = [*user(), {"role": "user", "content": [{"type": "tool_result", "content": "ok"}]}]
    answer = post(server, "/v1/messages", {"messages": turns, "tools": [{"name": "Bash"}]})
    assert "tool_use" not in answer
    assert "Done." in answer


def test_a_prompt_may_name_its_scenario(server: Any) -> None:
    assert "scripted model" in post(server, "/v1/messages", {"messages": user("Hi (model: plain)")})
    with pytest.raises(urllib.error.HTTPError) as refused:
        post(server, "/v1/messages", {"messages": user("Hi (model: limit)")})
    assert refused.value.code == 429
    assert refused.value.headers["anthropic-ratelimit-unified-status"] == "rejected"
    refused.value.close()
