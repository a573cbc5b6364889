"""`cockpit logs`: what a job printed, as plain text or as it came; with -f for as long as the job runs."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from cockpit.base.errors import Conflict, NotFound
from cockpit.cli.door import changes, controller
from cockpit.cli.output import clean, emit
from cockpit.domain.job import ENDED, Job
from cockpit.jobdir.layout import job_folder
from cockpit.jobdir.output import output_files
from cockpit.jobdir.text import PlainText

if TYPE_CHECKING:
    from argparse import Namespace

    from cockpit.cli.parser import Parser
    from cockpit.controller.queue import QueueController

_EXAMPLES = """  cockpit logs a2f5
  cockpit logs -f a2f5          ends when the job ends
  cockpit logs a2f5 --attempt 1 --raw | less -R"""
_PIECE = 1 << 16


def build_logs(parser: Parser) -> None:
    """Arguments of `cockpit logs`."""
    parser.add_argument("job", metavar="JOB", help="any part of the job's id that fits no other")
    parser.add_argument("-f", "--follow", action="store_true", help="go on until the job ends")
    parser.add_argument("--raw", action="store_true", help="as it came, escape sequences and all")
    parser.add_argument("--attempt", type=int, metavar="N", help="of attempt N (default: the last one)")
    parser.json()
    parser.examples(_EXAMPLES)
    parser.set_defaults(run=run)


def run(args: Namespace) -> int:
    """Print the output of one attempt, or follow the job over all that come."""
    with controller() as queue:
        job = queue.jobs.find(args.job)
        if args.follow:
            return _follow(args, queue, _when_started(queue, job))
        number = args.attempt or job.attempt
        if not number:
            raise Conflict(_not_started(queue, job))
        if not 1 <= number <= job.attempt:
            raise NotFound(f"job {job.id} has {job.attempt} attempts, no number {number}")
        folder = job_folder(queue.context.places.jobs, job.id).attempt(number).path
        if not os.path.isdir(folder):
            raise NotFound(
                f"the output of job {job.id} is gone: its folder was removed (retention.finished_days)"
            )
        _print_all(args, job, number, folder)
    return 0


def _print_all(args: Namespace, job: Job, number: int, folder: str) -> None:
    writer = _Writer(args, job.id, number, whole=True)
    for path in output_files(folder):
        with open(path, "rb") as file:
            while data := file.read(_PIECE):
                writer.write(data)
    writer.end()


class _Writer:
    """Where output goes: stdout as text or bytes, or JSON documents (`whole`: one for all of it)."""

    def __init__(self, args: Namespace, job_id: str, attempt: int, *, whole: bool) -> None:
        self._json = args.json
        self._plain = None if args.raw else PlainText()
        self._facts = {"job_id": job_id, "attempt": attempt}
        self._whole: list[str] | None = [] if whole else None

    def write(self, data: bytes) -> None:
        if self._plain is not None:
            self._put(self._plain.feed(data))
        elif self._json:
            self._put(data.decode("utf-8", "replace"))
        else:
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()

    def _put(self, text: str) -> None:
        if not text:
            return
        if not self._json:
            sys.stdout.buffer.write(text.encode("utf-8", "replace"))
            sys.stdout.buffer.flush()
        elif self._whole is None:
            emit(self._facts | {"text": text})
            sys.stdout.flush()
        else:
            self._whole.append(text)

    def end(self) -> None:
        if self._plain is not None:
            self._put(self._plain.end())
        if self._json and self._whole is not None:
            emit(self._facts | {"text": "".join(self._whole)})


def _not_started(queue: QueueController, job: Job) -> str:
    if job.state in ENDED:
        return f"job {job.id} never started: {job.state}, {clean(job.reason or 'no reason told')}"
    return f"job {job.id} has not started: it waits for {queue.jobs.why(job)}"


def _when_started(queue: QueueController, job: Job) -> Job:
    """Wait until there is an attempt to follow."""
    if job.attempt:
        return job
    if job.state in ENDED:
        raise Conflict(_not_started(queue, job))
    print(f"cockpit: {_not_started(queue, job)}", file=sys.stderr)
    for _ in changes(queue):
        job = queue.store.get(job.id)
        if job.attempt or job.state in ENDED:
            break
    return job


def _follow(args: Namespace, queue: QueueController, job: Job) -> int:
    """Print what is there and what comes, attempt after attempt, until the job has ended for good."""
    number = args.attempt or job.attempt
    while number:
        folder = job_folder(queue.context.places.jobs, job.id).attempt(number).path
        writer, place = _Writer(args, job.id, number, whole=False), _Place(folder)
        for _ in _events(queue, job.id, folder):
            job = queue.store.get(job.id)  # before reading: what was printed before the end is read after it
            for data in place.read():
                writer.write(data)
            if job.state in ENDED or job.attempt > number:
                break
        writer.end()
        if job.attempt <= number:
            return 0
        number += 1
    return 0


def _events(queue: QueueController, job_id: str, folder: str) -> Iterator[None]:
    """Yield at first, then whenever the attempt's or the job's folder changes; once a second as a net."""
    from watchfiles import watch

    yield
    folders = [path for path in (folder, queue.context.places.jobs + "/" + job_id) if os.path.isdir(path)]
    if not folders:
        yield from changes(queue)
        return
    for _ in watch(
        *folders, step=10, debounce=50, rust_timeout=1000, yield_on_timeout=True, recursive=False,
        raise_interrupt=True, watch_filter=None,
    ):  # fmt: skip
        yield


class _Place:
    """How far output.log was read. It is emptied where it grew above its cap: then the reading starts anew."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._first = True
        self._offset = 0

    def read(self) -> Iterator[bytes]:
        """What is new."""
        paths = output_files(self._folder)
        if not paths:
            return
        if self._first and len(paths) > 1:
            yield from self._from(paths[0], 0)
        self._first = False
        size = os.path.getsize(paths[-1])
        if size < self._offset:
            self._offset = 0  # what was printed between our last look and the cut is in output.log.1 only
        yield from self._from(paths[-1], self._offset, count=True)

    def _from(self, path: str, offset: int, *, count: bool = False) -> Iterator[bytes]:
        with open(path, "rb") as file:
            file.seek(offset)
            while data := file.read(_PIECE):
                if count:
                    self._offset += len(data)
                yield data
