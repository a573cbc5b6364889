"""The four protocols of coding agents, each as: request -> conversation, and reply -> body or events.

Anthropic messages, OpenAI chat completions, OpenAI responses, Gemini generateContent. Only what the agents
need.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from model_scenarios import Reply

Json = dict[str, Any]
Event = tuple[str, Json]
WORK = "/tmp/demo"
_numbers = itertools.count(1)
"""For ids: agents take two calls, or two messages, with one id for the same."""
USAGE = {"input_tokens": 1200, "output_tokens": 60}


@dataclass(frozen=True)
class Conversation:
    """What a request says: the person's last words, tool results since, which tools are offered."""

    prompt: str
    results: int
    tools: tuple[str, ...]
    stream: bool
    plan_file: str = ""
    schema: Json | None = None


def _texts(content: Any) -> list[str]:
    if isinstance(content, str):
        return [content]
    return [part.get("text") or "" for part in content or [] if isinstance(part, dict) and "text" in part]


def _walk(turns: list[tuple[str, str]], tools: list[str], stream: bool) -> Conversation:
    """`turns` are (role, text) with the role "tool" for results."""
    prompt, results = "", 0
    for role, text in turns:
        if role == "user" and text.strip():
            prompt, results = text, 0
        elif role == "tool":
            results += 1
    return Conversation(prompt, results, tuple(tools), stream)


def _update(a: Json) -> Json:
    return _patch(f"*** Update File: {a['path']}\n@@\n-{a['old']}\n+{a['new']}\n")


def _patch(body: str) -> Json:
    return {"input": f"*** Begin Patch\n{body}*** End Patch\n"}


TOOLS: dict[str, tuple[tuple[str, Any], ...]] = {
    "shell": (
        ("Bash", lambda a: {"command": a["command"], "description": "Look at the folder"}),
        ("bash", lambda a: {"command": a["command"], "description": "Look at the folder"}),
        ("run_shell_command", lambda a: {"command": a["command"], "description": "Look at the folder"}),
        ("exec_command", lambda a: {"cmd": a["command"], **_codex_escalated()}),
        ("shell_command", lambda a: {"command": a["command"], **_codex_escalated()}),
        ("shell", lambda a: {"command": ["bash", "-lc", a["command"]], **_codex_escalated()}),
    ),
    "write": (
        ("Write", lambda a: {"file_path": f"{WORK}/{a['path']}", "content": a["content"]}),
        ("write", lambda a: {"filePath": f"{WORK}/{a['path']}", "content": a["content"]}),
        ("write_file", lambda a: {"file_path": f"{WORK}/{a['path']}", "content": a["content"]}),
        ("apply_patch", lambda a: _patch(f"*** Add File: {a['path']}\n+hello\n+world\n")),
    ),
    "read": (
        ("Read", lambda a: {"file_path": f"{WORK}/{a['path']}"}),
        ("read", lambda a: {"filePath": f"{WORK}/{a['path']}"}),
        ("read_file", lambda a: {"file_path": f"{WORK}/{a['path']}"}),
    ),
    "edit": (
        (
            "Edit",
            lambda a: {"file_path": f"{WORK}/{a['path']}", "old_string": a["old"], "new_string": a["new"]},
        ),
        (
            "edit",
            lambda a: {"filePath": f"{WORK}/{a['path']}", "oldString": a["old"], "newString": a["new"]},
        ),
        (
            "replace",
            lambda a: {
                "file_path": f"{WORK}/{a['path']}",
                "instruction": "Replace alpha by beta",
                "old_string": a["old"],
                "new_string": a["new"],
            },
        ),
        ("apply_patch", _update),
        ("exec_command", lambda a: {"cmd": f"apply_patch <<'EOF'\n{_update(a)['input']}EOF\n"}),
    ),
    "write-plan": (("Write", lambda a: {"file_path": a["plan_file"], "content": a["plan"]}),),
    "fetch": (
        ("WebFetch", lambda a: {"url": a["url"], "prompt": "What is it?"}),
        ("webfetch", lambda a: {"url": a["url"], "format": "text"}),
        ("web_fetch", lambda a: {"prompt": f"Fetch {a['url']}"}),
    ),
    "question": (
        ("AskUserQuestion", lambda a: a),
        ("question", lambda a: a),
        ("ask_user", lambda a: a),
        ("request_user_input", lambda a: {"questions": [{"id": "colour", **a["questions"][0]}]}),
    ),
    "plan": (("ExitPlanMode", lambda a: a), ("exit_plan_mode", lambda a: a)),
}


def _codex_escalated() -> Json:
    return {"sandbox_permissions": "require_escalated", "justification": "May I look at the folder?"}


def tool_calls(reply: Reply, talk: Conversation) -> list[tuple[str, Json]]:
    """(tool's name, arguments) for each wish that one of the offered tools can fulfil."""
    calls = []
    for kind, arguments in reply.calls:
        wish = {**arguments, "plan_file": talk.plan_file} if kind == "write-plan" else arguments
        fitting = [(name, make(wish)) for name, make in TOOLS[kind] if name in talk.tools]
        calls += fitting[:1]
    return calls


def pieces(text: str) -> Iterator[str]:
    """Words, each with the blank before it."""
    for number, word in enumerate(text.split(" ")):
        yield word if number == 0 else f" {word}"


# --- Anthropic


def read_anthropic(body: Json) -> Conversation:
    turns = []
    for message in body.get("messages", []):
        content = message.get("content")
        parts = content if isinstance(content, list) else [{"type": "text", "text": content or ""}]
        results = [("tool", "") for part in parts if part.get("type") == "tool_result"]
        if results:
            turns += results
            continue
        words = [t for t in _texts(parts) if not t.startswith("<system-reminder>")]
        turns.append((message.get("role", ""), " ".join(words)))
    talk = _walk(turns, [tool.get("name", "") for tool in body.get("tools", [])], bool(body.get("stream")))
    plans = re.findall(r"/[\w./-]+/plans/[\w.-]+\.md", json.dumps(body))
    return replace(talk, plan_file=plans[-1]) if plans else talk


def anthropic_message(reply: Reply, talk: Conversation, model: str) -> Json:
    """The whole message; `anthropic_events` cuts it into events."""
    content: list[Json] = [{"type": "text", "text": reply.text}] if reply.text else []
    calls = tool_calls(reply, talk)
    for name, arguments in calls:
        content.append(
            {"type": "tool_use", "id": f"toolu_{next(_numbers):020d}", "name": name, "input": arguments}
        )
    return {
        "id": f"msg_{next(_numbers):020d}",
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": content or [{"type": "text", "text": "I can't do that here."}],
        "stop_reason": "tool_use" if calls else "end_turn",
        "stop_sequence": None,
        "usage": USAGE,
    }


def anthropic_events(reply: Reply, talk: Conversation, model: str) -> Iterator[Event]:
    whole = anthropic_message(reply, talk, model)
    yield "message_start", {"message": {**whole, "content": [], "stop_reason": None}}
    for index, block in enumerate(whole["content"]):
        text = block["type"] == "text"
        empty = {"type": "text", "text": ""} if text else {**block, "input": {}}
        yield "content_block_start", {"index": index, "content_block": empty}
        if text:
            for piece in pieces(block["text"]):
                yield "content_block_delta", {"index": index, "delta": {"type": "text_delta", "text": piece}}
        else:
            delta = {"type": "input_json_delta", "partial_json": json.dumps(block["input"])}
            yield "content_block_delta", {"index": index, "delta": delta}
        yield "content_block_stop", {"index": index}
    yield (
        "message_delta",
        {"delta": {"stop_reason": whole["stop_reason"], "stop_sequence": None}, "usage": USAGE},
    )
    yield "message_stop", {}


# --- OpenAI chat completions


def read_chat(body: Json) -> Conversation:
    turns = [(m.get("role", ""), " ".join(_texts(m.get("content")))) for m in body.get("messages", [])]
    tools = [tool.get("function", {}).get("name", "") for tool in body.get("tools", []) or []]
    return _walk(turns, tools, bool(body.get("stream")))


def _chat_calls(reply: Reply, talk: Conversation) -> list[Json]:
    return [
        {
            "index": n,
            "id": f"call_{next(_numbers)}",
            "type": "function",
            "function": {"name": name, "arguments": json.dumps(arguments)},
        }
        for n, (name, arguments) in enumerate(tool_calls(reply, talk))
    ]


_CHAT_USAGE = {"prompt_tokens": 1200, "completion_tokens": 60, "total_tokens": 1260}


def chat_message(reply: Reply, talk: Conversation, model: str) -> Json:
    calls = _chat_calls(reply, talk)
    message = {"role": "assistant", "content": reply.text, **({"tool_calls": calls} if calls else {})}
    choice = {"index": 0, "message": message, "finish_reason": "tool_calls" if calls else "stop"}
    return {
        "id": "chat_scripted",
        "object": "chat.completion",
        "created": 0,
        "model": model,
        "choices": [choice],
        "usage": _CHAT_USAGE,
    }


def chat_events(reply: Reply, talk: Conversation, model: str) -> Iterator[Event]:
    identity = f"chat_{next(_numbers)}"

    def chunk(delta: Json, finish: str | None = None) -> Event:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        head = {"id": identity, "object": "chat.completion.chunk", "created": 0, "model": model}
        return "", {**head, "choices": [choice], **({"usage": _CHAT_USAGE} if finish else {})}

    yield chunk({"role": "assistant", "content": ""})
    for piece in pieces(reply.text):
        yield chunk({"content": piece})
    calls = _chat_calls(reply, talk)
    if calls:
        yield chunk({"tool_calls": calls})
    yield chunk({}, "tool_calls" if calls else "stop")


# --- OpenAI responses


def read_responses(body: Json) -> Conversation:
    turns = []
    for item in body.get("input", []) if isinstance(body.get("input"), list) else []:
        if str(item.get("type", "")).endswith("_call_output"):
            turns.append(("tool", ""))
        elif item.get("role") == "user":
            words = [
                t for t in _texts(item.get("content")) if not t.lstrip().startswith(("<", "# AGENTS.md"))
            ]
            turns.append(("user", " ".join(words)))
    tools = [tool.get("name") or tool.get("type", "") for tool in body.get("tools", [])]
    return _walk(turns, tools, bool(body.get("stream", True)))


def _response_items(reply: Reply, talk: Conversation) -> list[Json]:
    items: list[Json] = []
    if reply.text:
        content = [{"type": "output_text", "text": reply.text, "annotations": []}]
        items.append(
            {
                "type": "message",
                "id": f"msg_{next(_numbers)}",
                "role": "assistant",
                "status": "completed",
                "content": content,
            }
        )
    for name, arguments in tool_calls(reply, talk):
        number = next(_numbers)
        call = {"call_id": f"call_{number}", "name": name, "status": "completed"}
        if name == "apply_patch":
            items.append(
                {"type": "custom_tool_call", "id": f"ctc_{number}", "input": arguments["input"], **call}
            )
        else:
            items.append(
                {"type": "function_call", "id": f"fc_{number}", "arguments": json.dumps(arguments), **call}
            )
    return items


def response_message(reply: Reply, talk: Conversation, model: str) -> Json:
    return {
        "id": f"resp_{next(_numbers)}",
        "object": "response",
        "created_at": 0,
        "status": "completed",
        "model": model,
        "output": _response_items(reply, talk),
        "usage": {
            **USAGE,
            "total_tokens": 1260,
            "input_tokens_details": {"cached_tokens": 0},
            "output_tokens_details": {"reasoning_tokens": 0},
        },
    }


def response_events(reply: Reply, talk: Conversation, model: str) -> Iterator[Event]:
    whole = response_message(reply, talk, model)
    yield "response.created", {"response": {**whole, "status": "in_progress", "output": [], "usage": None}}
    for index, item in enumerate(whole["output"]):
        added = {**item, "status": "in_progress", **({"content": []} if item["type"] == "message" else {})}
        yield "response.output_item.added", {"output_index": index, "item": added}
        if item["type"] == "message":
            spot = {"item_id": item["id"], "output_index": index, "content_index": 0}
            part = {"type": "output_text", "text": "", "annotations": []}
            yield "response.content_part.added", {**spot, "part": part}
            for piece in pieces(item["content"][0]["text"]):
                yield "response.output_text.delta", {**spot, "delta": piece}
            yield "response.output_text.done", {**spot, "text": item["content"][0]["text"]}
        yield "response.output_item.done", {"output_index": index, "item": item}
    yield "response.completed", {"response": whole}


# --- Gemini


def read_gemini(body: Json, stream: bool) -> Conversation:
    turns = []
    for content in body.get("contents", []):
        parts = content.get("parts", [])
        if any("functionResponse" in part for part in parts):
            turns.append(("tool", ""))
        else:
            turns.append((content.get("role", "user"), " ".join(_texts(parts))))
    tools = [
        f.get("name", "")
        for tool in body.get("tools", []) or []
        for f in tool.get("functionDeclarations", [])
    ]
    settings = body.get("generationConfig", {})
    schema = settings.get("responseJsonSchema") or settings.get("responseSchema")
    return replace(_walk(turns, tools, stream), schema=schema)


def _gemini_chunk(parts: list[Json], model: str, last: bool) -> Json:
    candidate = {
        "content": {"role": "model", "parts": parts},
        "index": 0,
        **({"finishReason": "STOP"} if last else {}),
    }
    usage = {"promptTokenCount": 1200, "candidatesTokenCount": 60, "totalTokenCount": 1260}
    return {"candidates": [candidate], "usageMetadata": usage, "modelVersion": model}


def _gemini_calls(reply: Reply, talk: Conversation) -> list[Json]:
    return [{"functionCall": {"name": n, "args": a}} for n, a in tool_calls(reply, talk)]


def instance(schema: Json) -> Any:
    """Something that fits a JSON schema: the CLI asks small models for a score, or who speaks next."""
    kind = str(schema.get("type", "string")).lower()
    if schema.get("enum"):
        return schema["enum"][0]
    if kind == "object":
        return {name: instance(part) for name, part in schema.get("properties", {}).items()}
    return {"integer": 50, "number": 50, "boolean": False, "array": []}.get(kind, "as you like")


def gemini_message(reply: Reply, talk: Conversation, model: str) -> Json:
    text = [{"text": reply.text}] if reply.text else []
    return _gemini_chunk([*text, *_gemini_calls(reply, talk)], model, True)


def gemini_events(reply: Reply, talk: Conversation, model: str) -> Iterator[Event]:
    calls = _gemini_calls(reply, talk)
    words = list(pieces(reply.text)) if reply.text else []
    for number, piece in enumerate(words):
        yield "", _gemini_chunk([{"text": piece}], model, not calls and number == len(words) - 1)
    if calls:
        yield "", _gemini_chunk(calls, model, True)
