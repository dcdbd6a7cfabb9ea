"""`painpath restore`: a record brought back from a backup; and the word that letters may leave again."""

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]


def add_arguments(subparsers: "Subparsers") -> None:
    """Add the command `restore` to a command line."""
    parser = subparsers.add_parser("restore", help="bring the record back from a backup")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("file", type=Path, nargs="?", help="a file that `painpath backup` wrote")
    what.add_argument(
        "--release", metavar="WORDS",
        help="after a restore: new letters leave by themselves again; the words say who decided it, and why",
    )  # fmt: skip
    parser.add_argument("--replace", action="store_true", help="put it in the place of the record that is there")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Restore, or release. Exit status 1 with a sentence when that cannot be done."""
    from painpath.keeping.errors import KeepingError

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "painpath.settings")
    try:
        if args.release is not None:
            return _release(args.release)
        with reading(args.file) as file:
            return _restore(file, replace=args.replace)
    except KeepingError as error:
        sys.stderr.write(f"{error}\n")
        return 1


@contextmanager
def reading(path: Path) -> Iterator[IO[bytes]]:
    """A backup, open; it is read twice, so what opens is one file to the end."""
    from painpath.keeping.errors import KeepingError

    try:
        with path.open("rb") as file:
            yield file
    except OSError as error:
        raise KeepingError(f"{path} cannot be read ({error.strerror}).") from None


def _restore(file: IO[bytes], *, replace: bool) -> int:
    from painpath import postgres
    from painpath.keeping import looking

    home = postgres.home(os.environ)
    of, secret = looking.look_through(file, os.environ)
    put = looking.keep_key(home, secret)  # before the settings make one
    try:
        import django

        django.setup()
        from painpath.keeping import restoring

        held = restoring.restore(file, of, replace=replace)
    except BaseException:
        if put:
            (home / "secret-key").unlink(missing_ok=True)
        raise
    sys.stdout.write(
        f"The record of {of.made_at} is back. Everybody is signed out. What waited to leave is held ({held}), "
        "and so is what is written from now on: look at them on the page of the post, then end that with\n"
        '    painpath restore --release "who decided it, and what was looked at"\n'
    )
    return 0


def _release(words: str) -> int:
    import django

    django.setup()
    from painpath.keeping import after_restore
    from painpath.keeping.errors import KeepingError
    from painpath.postgres.owner import as_owner

    if not words.strip():
        raise KeepingError("Say who decided it, and what was looked at: it stands in the audit.")
    with as_owner():
        waiting = after_restore.release(words.strip())
    sys.stdout.write(f"New letters leave by themselves again. {waiting} are still held for a person.\n")
    return 0
