"""Every FHIR resource that a test here is answered, through two implementations of R4 that are not ours.

What is looked at is chosen by nobody: it is taken where every answer of the program leaves it, whoever called it and
whether by Django's client or a socket, so that no test can be answered something that is not looked at.
"""

import json
import re
import subprocess
from collections.abc import Iterator
from typing import IO, Any, cast

import fhirkit
import pytest
from django.core.handlers.base import BaseHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from tests.questionnaires.test_second_validator import ROOT, VALIDATOR

_FHIR = re.compile(r"/services/[^/]+/(fhir|bars)(/|$)")
"""Where everything that is answered is FHIR."""
_BYTES = re.compile(r"/services/[^/]+/fhir/R4/Binary/[^/]+(/_history/[0-9]+)?")
"""But for a Binary's own bytes."""
_OF_OAUTH = "/fhir/R4/.well-known/smart-configuration"
"""And this, whose JSON is OAuth's, also where it is not there."""
JSON = "application/fhir+json"


class Opinions:
    """What is answered, and what the two find in it. Node is started once, and only when there is something to ask."""

    def __init__(self) -> None:
        self.waiting: dict[str, Any] = {}
        self.valid: set[str] = set()
        self.unfit: list[str] = []
        self._node: subprocess.Popen[str] | None = None

    def note(self, request: HttpRequest, answer: HttpResponseBase) -> None:
        """Keep what was answered until the end of the test."""
        content, kind = cast(bytes, getattr(answer, "content", b"")), answer.get("Content-Type", "")
        said = json.loads(content) if "json" in kind and content else {}
        if isinstance(said, dict) and "resourceType" in said:  # a card of CDS Hooks holds the sender's own resource
            self._gather(said)
        if not content or not _FHIR.match(request.path) or kind.partition(";")[0] == JSON:
            return
        is_bytes = answer.status_code == 200 and _BYTES.fullmatch(request.path)
        if not is_bytes and not request.path.endswith(_OF_OAUTH):
            self.unfit.append(f"{request.method} {request.path}: {answer.status_code} as {kind}")

    def _gather(self, said: Any) -> None:
        """Each resource, and each in it: neither implementation says that it looks into a Bundle."""
        if isinstance(said, dict) and isinstance(said.get("resourceType"), str):
            text = json.dumps(said, sort_keys=True)
            if text not in self.valid:
                self.waiting[text] = said
        for one in said.values() if isinstance(said, dict) else said if isinstance(said, list) else ():
            self._gather(one)

    def __contains__(self, said: Any) -> bool:
        text = json.dumps(said, sort_keys=True)
        return text in self.waiting or text in self.valid

    def found(self) -> dict[str, list[str]]:
        """What is wrong with what was answered since this was asked last, by the beginning of each resource."""
        waiting, self.waiting = self.waiting, {}
        wrong = self.invalid(list(waiting.values()))
        unfit, self.unfit = self.unfit, []
        if not wrong:
            self.valid.update(waiting)
        return wrong | ({"no FHIR, where FHIR is answered": unfit} if unfit else {})

    def invalid(self, resources: list[Any]) -> dict[str, list[str]]:
        """What either implementation finds, by the beginning of each resource that is not valid."""
        found = {
            json.dumps(one)[:300]: [*map(str, fhirkit.validate(one)), *theirs]
            for one, theirs in zip(resources, self._second(resources), strict=True)
        }
        return {shown: said for shown, said in found.items() if said}

    def _second(self, resources: list[Any]) -> list[list[str]]:
        if not resources:
            return []
        if self._node is None:
            self._node = subprocess.Popen(
                ["node", str(VALIDATOR)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
        given, told = cast(IO[str], self._node.stdin), cast(IO[str], self._node.stdout)
        given.write(f"{json.dumps(resources)}\n")
        given.flush()
        return list(json.loads(told.readline()))

    def end(self) -> None:
        """Let Node end."""
        if self._node is not None:
            self._node.communicate(timeout=10)


@pytest.fixture(scope="session")
def opinions() -> Iterator[Opinions]:
    """For as long as this process of tests runs: what was looked at once is not looked at again."""
    made = Opinions()
    yield made
    made.end()


@pytest.fixture(autouse=True)
def second_opinion(opinions: Opinions, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opinions]:
    """A test of this folder fails when it was answered something that is not valid R4."""
    answered = BaseHandler.get_response

    def noting(self: BaseHandler, request: HttpRequest) -> Any:
        answer = answered(self, request)
        opinions.note(request, answer)
        return answer

    monkeypatch.setattr(BaseHandler, "get_response", noting)
    yield opinions
    if wrong := opinions.found():
        pytest.fail(json.dumps(wrong, indent=1), pytrace=False)
