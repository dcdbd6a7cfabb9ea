"""`painpath pathway export` and `painpath pathway import`: a pathway as one FHIR Bundle, out and in."""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from painpath.pathway.given import folder_of
from painpath.pathway.loading import load
from painpath.pathway.problems import PathwayError

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]


def add_arguments(commands: "Subparsers") -> None:
    """Add both to the commands of `painpath pathway`."""
    out = commands.add_parser("export", help="write a pathway as a FHIR R4 Bundle")
    out.add_argument("pathway", help="a pathway's name or folder")
    out.add_argument("--fhir", type=Path, required=True, metavar="FILE", help="where to; it must not be there yet")
    out.set_defaults(run=export)
    into = commands.add_parser("import", help="make a pathway's folder of a FHIR Bundle")
    into.add_argument("bundle", type=Path, help="a Bundle in JSON, of Painpath or from elsewhere")
    into.add_argument("--to", type=Path, required=True, metavar="FOLDER", help="where to; it must not be there yet")
    into.set_defaults(run=import_)


def export(args: argparse.Namespace) -> int:
    """Write the Bundle. Exit status 1 with a sentence when that cannot be done."""
    from painpath.pathway.draft_files import files_of
    from painpath.pathway.fhir.bundling import bundle

    try:
        folder = folder_of(args.pathway)
        made = bundle(load(folder), files_of(folder))
        with args.fhir.open("x", encoding="utf-8") as file:
            json.dump(made, file, indent=1, ensure_ascii=False)
            file.write("\n")
    except PathwayError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except OSError as error:
        sys.stderr.write(f"{args.fhir} cannot be written: {error.strerror}.\n")
        return 1
    files = made["entry"][0]["resource"]["content"]
    sys.stdout.write(f"{args.fhir}: {len(made['entry'])} resources, {len(files)} files\n")
    return 0


def import_(args: argparse.Namespace) -> int:
    """Write the folder: all of it, or nothing. Exit status 1 with a sentence for each fault."""
    from painpath.pathway.fhir.unpacking import files_from, name_in, read

    try:
        given = read(args.bundle.read_bytes())
        files, name = files_from(given), name_in(given)
        args.to.mkdir(parents=True)
    except PathwayError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except OSError as error:
        sys.stderr.write(f"{error.filename}: {error.strerror}.\n")
        return 1
    for path, text in files.items():
        (args.to / path).parent.mkdir(parents=True, exist_ok=True)
        (args.to / path).write_bytes(text.encode())
    sys.stdout.write(f"{args.to}: {len(files)} files\n")
    if not name:
        sys.stdout.write("A draft from elsewhere: `unsettled` in shapes.yaml says what an author has to settle.\n")
    return 0
