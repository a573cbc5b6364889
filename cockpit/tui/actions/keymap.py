"""Keys: the bindings that follow from the registry, a person's own keys, and how keys are told."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

from textual.binding import Binding

from cockpit.tui.actions.action import Action, Scope
from cockpit.tui.actions.registry import ACTIONS, BY_ID, actions_of
from cockpit.tui.own_keys import key_for, key_word, raw_keys, with_keys


def screen_bindings(screen: str) -> list[Binding]:
    """The bindings of a screen. They go through one handler that asks `why_not` first."""
    return [_binding(action, f"act('{action.id}')") for action in actions_of(screen)]


def widget_bindings(scope: Scope) -> list[Binding]:
    """The bindings of a kind of widget; it has a method `action_<id>` for each."""
    return [_binding(action, action.id) for action in ACTIONS if action.scope is scope]


def _binding(action: Action, does: str) -> Binding:
    return Binding(action.keys, does, action.title, show=False, tooltip=with_keys(action.help), id=action.id)


LIST_BINDINGS = widget_bindings(Scope.LIST)
TEXT_BINDINGS = widget_bindings(Scope.TEXT)
SCREEN_BINDINGS = widget_bindings(Scope.SCREEN)


def check_keymap(keys: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """The part of a person's keymap that can be used, and a line for each part that can't.

    Textual ignores unknown ids silently, and lets the first of two clashing actions win.
    """
    import difflib

    usable: dict[str, str] = {}
    problems: list[str] = []
    for name, value in keys.items():
        if name not in BY_ID:
            near = difflib.get_close_matches(name, list(BY_ID), n=1, cutoff=0.4)
            hint = (
                f"did you mean '{near[0]}'?"
                if near
                else f"the help screen ({key_for('help')}) names the actions"
            )
            problems.append(f"ui.keys: no action '{name}'; {hint}")
        elif not all(part.strip() for part in value.split(",")):
            problems.append(f'ui.keys: \'{name}\' has no key; write "x" or "x,ctrl+x"')
        elif digit := next((part.strip() for part in value.split(",") if _is_count(part)), ""):
            problems.append(f"ui.keys: '{digit}' of '{name}' is a count, as in 5j; take another key")
        else:
            usable[name] = ",".join(part.strip() for part in value.split(","))
    return usable, problems + _clashes(usable)


def _is_count(key: str) -> bool:
    return len(key.strip()) == 1 and key.strip().isdigit()


def _clashes(keymap: Mapping[str, str]) -> list[str]:
    """Keys that two actions would share where both can be meant."""
    return [
        f"ui.keys: '{key}' would be both '{one.id}' and '{other.id}'"
        for one, other in combinations(ACTIONS, 2)
        if (one.id in keymap or other.id in keymap) and _meet(one, other)
        for key in keymap.get(one.id, one.keys).split(",")
        if key in keymap.get(other.id, other.keys).split(",")
        and not (key in one.keys.split(",") and key in other.keys.split(","))  # it is meant so
    ]


def _meet(one: Action, other: Action) -> bool:
    """Can a key mean either? A widget's keys hide those of the screen."""
    if Scope.MAIN not in (one.scope, other.scope):
        return one.scope is other.scope
    return bool(one.screens & other.screens)


def keys_of(action: Action) -> list[str]:
    """The keys of an action as told, the person's own ones first considered."""
    return [key_word(each) for each in raw_keys(action.id, action.keys)]
