"""Logs hold no patient: a failure is logged by where it happened and its kind, never by its message."""

import logging
import traceback
from types import TracebackType


class WithoutWords(logging.Formatter):
    """Formats an exception as its frames and its type. Messages quote data: a database names the value it refused."""

    def formatException(  # noqa: N802 the name is logging's
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        """The chain of exceptions, oldest first, each with its frames and without its words."""
        chain = []
        error = ei[1]
        while error is not None:
            chain.append(error)
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        blocks = ["".join(traceback.format_tb(one.__traceback__)) + type(one).__qualname__ for one in reversed(chain)]
        return "\nthen\n".join(blocks)
