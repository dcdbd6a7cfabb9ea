"""What a run has done so far, beside its result: a run that was broken off goes on where it stopped."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec

from painpath.screening.corpus.batch import Item, Job


class Plan(msgspec.Struct, frozen=True):
    """What a run will do: the files with their sizes and times, in batches of this size, and how they are read."""

    job: Job
    batch: int
    files: tuple[tuple[str, int, int], ...]


class OtherPlan(Exception):
    """The broken run was about something else. The message says what to do."""


class Journal:
    """The folder `results.parquet.part`: the plan, and one file for each batch that is done."""

    def __init__(self, out: Path) -> None:
        self.folder = out.with_name(f"{out.name}.part")

    def open(self, plan: Plan, *, anew: bool) -> None:
        """Begin, or go on with the same plan. Raises OtherPlan when the folder holds another one."""
        if anew:
            self.close()
        self.folder.mkdir(parents=True, exist_ok=True)
        file = self.folder / "plan.json"
        wanted = msgspec.json.encode(plan)
        if not file.exists():
            _write(file, wanted)
        elif not _same(file.read_bytes(), plan):
            raise OtherPlan(
                f"{self.folder} holds a run that was broken off, over other files or with other settings. "
                "Add --anew to leave it and start again."
            )

    def started(self) -> Job | None:
        """How the run that was broken off read its files."""
        try:
            return msgspec.json.decode((self.folder / "plan.json").read_bytes(), type=Plan).job
        except (OSError, msgspec.DecodeError):
            return None

    def has(self, number: int) -> bool:
        """Whether this batch is done."""
        return self._file(number).exists()

    def put(self, number: int, rows: bytes) -> None:
        """Keep the rows of a batch, whole or not at all."""
        _write(self._file(number), rows)

    def rows(self, count: int) -> Iterator[bytes]:
        """The rows of every batch, a batch at a time, in order."""
        for number in range(count):
            yield self._file(number).read_bytes()

    def close(self) -> None:
        """Everything is in the result: the folder goes."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _file(self, number: int) -> Path:
        return self.folder / f"{number:08d}.jsonl"


def plan_of(folder: Path, job: Job, batch: int) -> Plan:
    """A plan for every file below the folder, hidden ones left out, in the order of their names."""
    files = []
    for path in folder.rglob("*"):
        name = path.relative_to(folder)
        if path.is_file() and not any(part.startswith(".") for part in name.parts):
            status = path.stat()
            files.append((name.as_posix(), status.st_size, status.st_mtime_ns))
    return Plan(job, batch, tuple(sorted(files)))


def batches(plan: Plan, folder: Path) -> list[tuple[Item, ...]]:
    """The plan's files in batches."""
    items = [Item(name, str(folder / name)) for name, _, _ in plan.files]
    return [tuple(items[at : at + plan.batch]) for at in range(0, len(items), plan.batch)]


def _same(kept: bytes, plan: Plan) -> bool:
    try:
        return msgspec.json.decode(kept, type=Plan) == plan
    except msgspec.DecodeError:
        return False


def _write(file: Path, content: bytes) -> None:
    part = file.with_suffix(".writing")
    part.write_bytes(content)
    part.replace(file)
