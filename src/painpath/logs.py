"""Logs hold no patient: what happened, where and how long it took; never whom it was about, and never an error's words.

Messages of errors quote data: a database names the value it refused. Other people's libraries write addresses,
arguments of tasks and answers of servers into theirs. So an exception is logged by its frames and its type, and another
library's message by the words that stand in its source, without what was put into them.

A line is plain text, or an object of JSON with `PAINPATH_LOG=json`.
"""

import json
import logging
import re
import sys
import threading
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

OURS = ("painpath", "__main__")
FIELDS = ("event", "view", "method", "status", "ms", "member", "action")
"""What a line may say besides its message: given with `extra`. Nothing else of `extra` is written."""
TEMPLATE = re.compile(r"%[-#0 +]*\d*(?:\.\d+)?[sdrifgx]")
WARNED = re.compile(r"(.+?:\d+): (\w+)(?=: )")
"""How `warnings` begins what it says: where, and of which kind."""

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""Which request this is about; on every line of it."""

_Error = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class WithoutWords(logging.Formatter):
    """A line of plain text."""

    def format(self, record: logging.LogRecord) -> str:
        told = facts(record)
        begin = f"{told.pop('time')} {told.pop('level')} {told.pop('logger')}"
        error, message = told.pop("error", None), told.pop("message")
        more = "".join(f" {name}={value}" for name, value in told.items())
        return f"{begin}{more} {message}" + (f"\n{error}" if error else "")


class AsJson(logging.Formatter):
    """A line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(facts(record), ensure_ascii=True)


def facts(record: logging.LogRecord) -> dict[str, Any]:
    """Everything that a line says, by name."""
    ours = record.name.partition(".")[0] in OURS
    told: dict[str, Any] = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname,
        "logger": record.name,
    }
    if current := request_id.get():
        told["request"] = current
    for name in FIELDS:
        if (value := getattr(record, name, None)) is not None and isinstance(value, str | int | float):
            told[name] = value
    if not ours:
        told["at"] = f"{record.module}:{record.lineno}"
    told["message"] = record.getMessage() if ours else _as_written(record)
    if record.exc_info:
        told["error"] = without_words(record.exc_info)
    return told


def _as_written(record: logging.LogRecord) -> str:
    """Of another library's message: how it stands in the source. What was already put together says nothing."""
    if record.name == "py.warnings" and (found := WARNED.match(record.getMessage())):
        return f"{found[2]} at {found[1]}"
    if isinstance(record.msg, str) and record.args and TEMPLATE.search(record.msg):
        return record.msg.partition("\n")[0]
    return "(its words are left out)"


def without_words(ei: _Error | BaseException | bool) -> str:
    """The chain of exceptions, oldest first, each with its frames and without its words."""
    error = ei if isinstance(ei, BaseException) else ei[1] if isinstance(ei, tuple) else None
    chain: list[BaseException] = []
    while error is not None and error not in chain:
        chain.append(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    blocks = ["".join(traceback.format_tb(one.__traceback__)) + type(one).__qualname__ for one in reversed(chain)]
    return "\nthen\n".join(blocks)


def configured(form: str) -> dict[str, Any]:
    """For `logging.config.dictConfig`: all of it to stderr. `form` is `json` or anything else."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": "painpath.logs.AsJson" if form == "json" else "painpath.logs.WithoutWords"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            "painpath": {"level": "INFO"},
            "django.server": {"handlers": [], "level": "CRITICAL", "propagate": False},  # writes addresses
            "django.request": {"level": "ERROR"},  # `painpath.requests` has a line for each
            "_granian": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
            "granian.access": {"handlers": [], "level": "CRITICAL", "propagate": False},  # writes addresses
        },
    }


def take_over() -> None:
    """What else writes on stderr goes through the same formatter: warnings, and what ends a process or a thread. On a
    terminal a person sees an error's words as ever."""
    logging.raiseExceptions = False  # else a line that cannot be made is written with all that was to go in
    logging.captureWarnings(capture=True)
    log = logging.getLogger("painpath.process")

    def ended(*ei: Any) -> None:
        if issubclass(ei[0], KeyboardInterrupt) or sys.stderr.isatty():
            sys.__excepthook__(*ei)
        else:
            log.critical("it ended with an error", exc_info=ei)

    def thread_ended(args: threading.ExceptHookArgs) -> None:
        if args.exc_type is not SystemExit:
            log.error("a thread ended with an error", exc_info=args.exc_value)

    sys.excepthook, threading.excepthook = ended, thread_ended
