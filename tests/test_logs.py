import logging
import sys

from painpath.logs import WithoutWords


def test_a_failure_is_logged_without_what_it_says():
    name, number = "-".join(["Leonard", "Ashcombe"]), "".join(["999", "000", "0018"])
    try:
        try:
            raise ValueError(name)
        except ValueError as first:
            raise RuntimeError(number) from first
    except RuntimeError:
        record = logging.LogRecord("x", logging.ERROR, __file__, 1, "it broke", (), sys.exc_info())
    words = WithoutWords().format(record)
    for told in ("it broke", "ValueError", "RuntimeError", "test_logs.py"):
        assert told in words
    for kept in (name, number):
        assert kept not in words
