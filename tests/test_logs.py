"""What is logged says what happened and where, and nothing that anybody wrote."""

import json
import logging
import subprocess
import sys
import warnings

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from painpath import logs
from painpath.logs import AsJson, WithoutWords
from painpath.web.requests import RequestsMiddleware

NAME, NUMBER = "-".join(["Leonard", "Ashcombe"]), "".join(["999", "000", "0018"])
FORMS = pytest.mark.parametrize("form", [WithoutWords(), AsJson()])


def record(name: str, message: object, *args: object, error: bool = False, **extra: object) -> logging.LogRecord:
    made = logging.LogRecord(name, logging.ERROR, __file__, 1, message, args, sys.exc_info() if error else None)
    vars(made).update(extra)
    return made


@FORMS
def test_a_failure_is_logged_without_what_it_says(form):
    try:
        try:
            raise ValueError(NAME)
        except ValueError as first:
            raise RuntimeError(NUMBER) from first
    except RuntimeError:
        words = form.format(record("painpath.x", "it broke", error=True))
    for told in ("it broke", "ValueError", "RuntimeError", "test_logs.py"):
        assert told in words
    for kept in (NAME, NUMBER):
        assert kept not in words


@FORMS
def test_another_librarys_message_is_told_as_it_stands_in_its_source(form):
    asked = record("urllib3.connectionpool", "Retrying (%r) after connection broken: %s", 3, f"/patients/{NUMBER}")
    assert "Retrying (%r) after connection broken: %s" in form.format(asked)
    put_together = form.format(record("procrastinate.worker", f"Starting job read({NAME})", action="start_job"))
    assert "start_job" in put_together
    for line in (form.format(asked), put_together, form.format(record("x", ValueError(NAME)))):
        assert NAME not in line
        assert NUMBER not in line


@FORMS
def test_a_warning_says_where_and_not_what(form):
    text = warnings.formatwarning(f"odd {NAME}", DeprecationWarning, "a.py", 7, f"x = {NUMBER}")
    line = form.format(record("py.warnings", "%s", text))
    assert "DeprecationWarning at a.py:7" in line
    assert NAME not in line
    assert NUMBER not in line


def test_only_known_fields_are_told():
    told = json.loads(AsJson().format(record("painpath.x", "read", status=200, patient=NAME, event=["x", NAME])))
    assert told.pop("time").endswith("+00:00")
    assert told == {"level": "ERROR", "logger": "painpath.x", "status": 200, "message": "read"}


def test_a_request_is_one_line_without_its_address(caplog, monkeypatch):
    monkeypatch.setattr(logging.getLogger("painpath"), "propagate", True)
    asked = RequestFactory().generic(NAME, f"/referrals/{NUMBER}/", QUERY_STRING=f"q={NAME}")
    with caplog.at_level("INFO", "painpath"):
        answer = RequestsMiddleware(lambda _: HttpResponse(status=403))(asked)
    refused, line = [json.loads(AsJson().format(one)) for one in caplog.records]
    assert (line["logger"], line["status"], line["method"], line["view"]) == ("painpath.requests", 403, "other", "-")
    assert line["ms"] >= 0
    assert (refused["logger"], refused["event"]) == ("painpath.security", "denied")
    assert answer["X-Request-Id"]
    assert logs.request_id.get() == ""
    for one in caplog.records:
        assert NAME not in str(vars(one))
        assert NUMBER not in str(vars(one))


ENDS = """
import logging.config, threading
from painpath import logs
logging.config.dictConfig(logs.configured("json"))
logs.take_over()
def fail():
    raise ValueError("Leonard" + "-Ashcombe")
thread = threading.Thread(target=fail)
thread.start()
thread.join()
logging.getLogger("painpath").info("%d", "Leonard" + "-Ashcombe")
import warnings
warnings.warn("Leonard" + "-Ashcombe")
fail()
"""


def test_what_ends_a_process_or_a_thread_is_told_without_its_words():
    ended = subprocess.run([sys.executable, "-c", ENDS], capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    told = [json.loads(line) for line in ended.stderr.splitlines()]
    assert [one["message"].partition(" at")[0] for one in told] == [
        "a thread ended with an error", "UserWarning", "it ended with an error",
    ]  # fmt: skip
    assert "ValueError" in told[0]["error"]
    assert "ValueError" in told[2]["error"]
    assert NAME not in ended.stderr + ended.stdout
