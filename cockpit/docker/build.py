"""The agents' image, from the Dockerfile that comes along."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from typing import IO

from cockpit.base.errors import CockpitError, Unavailable
from cockpit.docker.engine import LONG, Engine

DEFAULT_TAG = "cockpit-agent"


def dockerfile() -> str:
    """The path of the Dockerfile: packaged beside this file, or docker/Dockerfile of the source tree.

    Raises Unavailable when neither is there.
    """
    here = os.path.dirname(os.path.abspath(__file__))
    for path in (f"{here}/Dockerfile", os.path.join(here, "../../docker/Dockerfile")):
        if os.path.isfile(path):
            return os.path.normpath(path)
    raise Unavailable("cockpit's Dockerfile is missing: install cockpit again")


def build_words(tag: str, arguments: Sequence[str], *, fresh: bool) -> list[str]:
    """The words after `docker`; the Dockerfile comes by stdin, for it needs no files beside it."""
    told = [word for argument in arguments for word in ("--build-arg", argument)]
    # The host's network: apt and npm then reach what this machine reaches, proxies and name servers included.
    return ["build", "--network=host", *(["--no-cache"] if fresh else []), *told, "--tag", tag, "-"]


def build(
    engine: Engine,
    tag: str = DEFAULT_TAG,
    arguments: Sequence[str] = (),
    *,
    fresh: bool = False,
    log: IO[str] | None = None,
) -> str:
    """Build the image, what the engine says going to `log` (a real file; none: nowhere). Returns its id.

    `arguments` are build arguments, `NAME=value`; `fresh` uses nothing that was built before. Takes minutes.
    Raises Unavailable without an engine, CockpitError when the build failed.
    """
    engine.version()  # says clearly what is missing, before a minute of noise
    words = [engine.command, *build_words(tag, arguments, fresh=fresh)]
    sink = subprocess.DEVNULL if log is None else log
    try:
        with open(dockerfile(), "rb") as file:
            done = subprocess.run(
                words, stdin=file, stdout=sink, stderr=sink, timeout=LONG, check=False, cwd="/",
                env=None if engine.environment is None else dict(engine.environment),
            )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise Unavailable(f"the build of {tag} did not end in {LONG:g} s") from None
    except OSError as error:
        raise engine.cannot_start(error) from error
    if done.returncode:
        raise CockpitError(f"the build of {tag} failed (exit code {done.returncode}); its last lines say why")
    return str(engine.inspect("image", tag)[0]["Id"])
