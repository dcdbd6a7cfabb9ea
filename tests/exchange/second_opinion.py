"""Every FHIR resource that a file of tests is answered, through two implementations of R4 that are not ours."""

import json
from collections.abc import Iterator
from typing import Any

import fhirkit
import pytest
from django.test import Client

from tests.questionnaires.test_second_validator import faults


@pytest.fixture(scope="module")
def second_opinion() -> Iterator[dict[str, Any]]:
    """Gathers what the tests of a file are answered, and has it validated once, after the last of them: starting Node
    for each would take longer than all the tests."""
    seen: dict[str, Any] = {}
    request = Client.request

    def noting(self: Client, **given: Any) -> Any:
        answer = request(self, **given)
        if "json" in answer.get("Content-Type", "") and answer.content:
            said = answer.json()
            if isinstance(said, dict) and "resourceType" in said:
                seen[json.dumps(said, sort_keys=True)] = said
        return answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Client, "request", noting)
        yield seen
    assert invalid(list(seen.values())) == {}


def invalid(resources: list[dict[str, Any]]) -> dict[str, list[str]]:
    """What either implementation finds, by the beginning of each resource that is not valid."""
    second = faults(resources) if resources else []
    found = {
        json.dumps(one)[:300]: [*map(str, fhirkit.validate(one)), *theirs]
        for one, theirs in zip(resources, second, strict=True)
    }
    return {shown: said for shown, said in found.items() if said}
