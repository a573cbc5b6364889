"""A small model server on loopback for trying and recording real agents: no key, no network, always the same.

    python tools/model_server.py --port 8080 --scenario shell

speaks Anthropic messages, OpenAI chat completions and responses, and Gemini generateContent. What it answers is
in model_scenarios.py; a prompt that says `(model: slow)` gets that scenario whatever the default is. Start agents
against it with `ANTHROPIC_BASE_URL=http://127.0.0.1:8080` and the like (record_*.py have it for each agent).
"""

from __future__ import annotations

import argparse
import contextlib
import json
import re
import sys
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import model_dialects as dialects
from model_scenarios import Reply, choose

Json = dict[str, Any]
MODELS = ("claude-sonnet-4-5", "gpt-5", "gemini-2.5-pro", "scripted")


class ModelServer(ThreadingHTTPServer):
    """Listens on 127.0.0.1; `scenario` may be changed while it runs. `log` keeps (path, scenario, tools)."""

    daemon_threads = True

    def __init__(self, port: int = 0, scenario: str = "plain", log_to: str = "") -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.scenario = scenario
        self.log_to = log_to

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def note(self, path: str, body: Json) -> None:
        """Append the request to the log file, if there is one: to see what an agent really asks."""
        if self.log_to:
            with open(self.log_to, "a", encoding="utf-8") as out:
                out.write(json.dumps({"path": path, "body": body}) + "\n")


class Handler(BaseHTTPRequestHandler):
    """One request: find the dialect, ask the scenario, answer at once or as server-sent events."""

    server: ModelServer
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it so
        """Silence: what matters is in the log file."""

    def do_HEAD(self) -> None:
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def do_GET(self) -> None:
        self.server.note(f"GET {self.path}", {})
        models = [{"id": name, "object": "model", "type": "model", "display_name": name} for name in MODELS]
        if "/models" in self.path:
            self._json(200, {"object": "list", "data": models, "models": [], "has_more": False})
        else:
            self._json(404, {"error": {"message": "not here", "type": "not_found_error"}})

    def do_POST(self) -> None:
        body = self._body()
        path = self.path.split("?")[0]
        self.server.note(path, body)
        model = str(body.get("model", "scripted"))
        if path.endswith("count_tokens"):
            self._json(200, {"input_tokens": 1200})
        elif path.endswith("/messages"):
            self._answer(
                dialects.read_anthropic(body), model, dialects.anthropic_message, dialects.anthropic_events
            )
        elif path.endswith("/chat/completions"):
            self._answer(dialects.read_chat(body), model, dialects.chat_message, dialects.chat_events)
        elif path.endswith("/responses"):
            self._answer(
                dialects.read_responses(body), model, dialects.response_message, dialects.response_events
            )
        elif found := re.search(r"/models/([^:]+):(\w+)$", path):
            self._gemini(found[1], found[2], body)
        else:
            self._json(200, {})

    def _gemini(self, model: str, verb: str, body: Json) -> None:
        if verb == "countTokens":
            self._json(200, {"totalTokens": 1200})
            return
        talk = dialects.read_gemini(body, verb.startswith("stream"))
        self._answer(talk, model, dialects.gemini_message, dialects.gemini_events)

    def _answer(
        self,
        talk: dialects.Conversation,
        model: str,
        whole: Callable[[Reply, dialects.Conversation, str], Json],
        events: Callable[[Reply, dialects.Conversation, str], Iterator[dialects.Event]],
    ) -> None:
        reply = choose(self.server.scenario, talk.prompt, talk.results)
        if talk.schema:
            reply = Reply(json.dumps(dialects.instance(talk.schema)))
        elif reply.calls and not talk.tools:
            # a side question of the agent's (a title, a summary), not the main talk
            reply = Reply("A short title")
        if reply.status != 200:
            self._error(reply)
            return
        time.sleep(reply.before)
        if talk.stream:
            self._events(events(reply, talk, model), reply.pause)
        else:
            self._json(200, whole(reply, talk, model))

    def _body(self) -> Json:
        raw = self.rfile.read(int(self.headers.get("content-length") or 0))
        if self.headers.get("content-encoding"):
            return {}
        try:
            body = json.loads(raw or b"{}")
        except ValueError:
            return {}
        return body if isinstance(body, dict) else {}

    def _error(self, reply: Reply) -> None:
        """An error that all dialects understand: `code` and `status` are Gemini's, `type` the others'."""
        names = {401: "UNAUTHENTICATED", 429: "RESOURCE_EXHAUSTED", 400: "INVALID_ARGUMENT"}
        error: Json = {"type": reply.kind, "message": reply.text, **reply.extra}
        if ":" in self.path:
            error |= {"code": reply.status, "status": names.get(reply.status, "UNAVAILABLE")}
        self._json(reply.status, {"type": "error", "error": error}, reply.headers)

    def _json(self, status: int, body: Json, headers: dict[str, str] | None = None) -> None:
        raw = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"content-type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(raw)))
        with contextlib.suppress(ConnectionError):  # the agent was interrupted; nobody listens any more
            self.end_headers()
            self.wfile.write(raw)

    def _events(self, events: Iterator[dialects.Event], pause: float) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("connection", "close")
        self.close_connection = True
        with contextlib.suppress(ConnectionError):
            self.end_headers()
            for name, data in events:
                head = f"event: {name}\n" if name else ""
                named = {"type": name, **data} if name else data
                self.wfile.write(f"{head}data: {json.dumps(named)}\n\n".encode())
                self.wfile.flush()
                time.sleep(pause)
            if "/chat/completions" in self.path:
                self.wfile.write(b"data: [DONE]\n\n")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--port", type=int, default=0, help="0: any free one; the address is printed")
    parser.add_argument("--scenario", default="plain")
    parser.add_argument("--log", default="", help="append every request to this file")
    options = parser.parse_args(arguments)
    server = ModelServer(options.port, options.scenario, options.log)
    print(server.url, flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
