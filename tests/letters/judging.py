"""The second judge of PDFs: `outloud`, a program of its own in its own environment (`make test-env`, `build/outside`).

It checks PDF/UA-1 and, besides, what a screen reader would make of a file. One run starts in seconds and then takes
some hundredths of a second a file: give it all files at once.
"""

import os
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

import msgspec
import pytest

OUTSIDE = Path(__file__).parents[2] / "build" / "outside" / "bin"
WAIT = 240
"""Seconds for all files of a run."""


class Finding(msgspec.Struct, frozen=True):
    """What it says about one place: the id of its rule, `error`, `warning` or `info`, its words."""

    rule: str
    severity: str
    message: str


class Judgement(msgspec.Struct, frozen=True):
    """What it says about one file; `error` where it could not read it at all."""

    path: str
    verdict: str
    findings: tuple[Finding, ...] = ()
    error: str | None = None

    def of(self, severity: str) -> list[str]:
        """Rule and words of all findings of this severity; the reason, as an error, where it could not be read."""
        said = [f"{one.rule}: {one.message}" for one in self.findings if one.severity == severity]
        return [self.error, *said] if self.error and severity == "error" else said


class _Report(msgspec.Struct):
    results: list[Judgement]


def outside(program: str) -> Path:
    """A program of the outside environment. Where that has not been made the test is skipped: but under `make test`,
    which makes it, the test fails (`PAINPATH_TEST_WHOLE`)."""
    found = OUTSIDE / program
    if not found.exists():
        stop = pytest.fail if os.environ.get("PAINPATH_TEST_WHOLE") else pytest.skip
        stop(f"{program} is not here: `make test-env` puts it into build/outside.")
    return found


def judged(pdfs: Mapping[str, bytes]) -> dict[str, Judgement]:
    """What outloud says about every file, by the name it was given with; in one run."""
    program = outside("outloud")
    with tempfile.TemporaryDirectory() as folder:
        files = {f"{number}.pdf": name for number, name in enumerate(pdfs)}
        for file, name in files.items():
            (Path(folder) / file).write_bytes(pdfs[name])
        ran = subprocess.run(
            [program, "--quiet", "--fail-on", "never", "--json", "report.json", *files],
            cwd=folder, capture_output=True, text=True, timeout=WAIT, check=False,
        )  # fmt: skip
        try:
            report = msgspec.json.decode((Path(folder) / "report.json").read_bytes(), type=_Report)
        except (OSError, msgspec.MsgspecError) as error:
            raise AssertionError(f"outloud gave no report ({error}): {ran.stdout}{ran.stderr}") from error
    found = {files[Path(one.path).name]: one for one in report.results}
    assert set(found) == set(pdfs), "outloud passed over a file"
    return found
