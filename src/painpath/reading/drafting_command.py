"""`painpath pathway new`: a page of criteria becomes the folder of a pathway, with all that is to be settled."""

import argparse
import re
import sys
from pathlib import Path

from painpath.pathway.problems import PathwayError

MOST = 1_000_000
"""Characters of a page. The longest that we saw has 60,000."""


def add_arguments(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command below `painpath pathway`."""
    parser = subparsers.add_parser(
        "new", help="draft a pathway from a published page of criteria", epilog="Nothing is published by this command."
    )
    parser.add_argument("name", metavar="NAME", help="small letters, digits and hyphens: the folder's name")
    parser.add_argument(
        "--from", dest="page", metavar="FILE", required=True, help="the page as text; - reads the input"
    )
    parser.add_argument("--service", metavar="NAME", help="the service's name, as readers see it")
    parser.add_argument(
        "--subject", metavar="WORDS",
        help="what the service helps with, as one says “your memory” (default: what the page says)",
    )  # fmt: skip
    parser.add_argument(
        "--to", type=Path, metavar="FOLDER", help="where to put it (default: beside the other pathways)"
    )
    parser.add_argument("--vocabulary", default="southampton-portsmouth", metavar="PATHWAY", help=argparse.SUPPRESS)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write the folder and say what was found. 0 when it was written, 1 with the reason when not."""
    try:
        page = _read(args.page)
        folder = _folder(args)
    except (OSError, UnicodeDecodeError, PathwayError, ValueError) as error:
        sys.stderr.write(f"{_reason(error)}\n")
        return 1
    from painpath.pathway.drafting import propose
    from painpath.pathway.drafting.answers import Answers
    from painpath.pathway.drafting.telling import told
    from painpath.pathway.drafting.writing import write
    from painpath.pathway.given import load_given
    from painpath.reading.clauses import finder

    try:
        reader = finder(load_given(args.vocabulary))
    except PathwayError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    proposal = propose(page, reader)
    if not proposal.clauses:
        sys.stderr.write("No list and no sentence of criteria was found in this text. Nothing was written.\n")
        return 1
    answers = Answers(service=args.service or Answers().service, subject=args.subject)
    try:
        for path, text in write(proposal, args.name, answers).items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
    except OSError as error:
        sys.stderr.write(f"{_reason(error)}\n")
        return 1
    sys.stdout.write("\n".join([*told(proposal), "", f"Written: {folder}", *_next(folder)]) + "\n")
    return 0


def _read(name: str) -> str:
    text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8-sig")
    if len(text) > MOST:
        raise ValueError(f"The page has {len(text):,} characters. At most {MOST:,} are read.")
    return text


def _folder(args: argparse.Namespace) -> Path:
    from painpath.pathway.loading import homes

    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", args.name) or args.name == "shared" or len(args.name) > 50:
        raise ValueError("NAME has small letters, digits and single hyphens, at most 50, and is not “shared”.")
    folder: Path = args.to or next(iter(homes())) / args.name
    if args.to and folder.name != args.name:
        folder = folder / args.name
    if folder.exists() and any(folder.iterdir()):
        raise ValueError(f"{folder} is there already, and is not written over. Choose another name.")
    return folder


def _next(folder: Path) -> list[str]:
    shared = (
        ""
        if (folder.parent / "shared").is_dir()
        else f"\n  Put it beside the folder `shared`: {folder.parent} has none."
    )
    return [
        "",
        "What to do next:",
        "  1. Read every file under criteria/ beside the page, and correct it: the plain words above all.",
        "  2. Settle each point under `unsettled` in shapes.yaml, with `settled:` and who settled it.",
        f"  3. painpath pathway lint {folder}{shared}",
    ]


def _reason(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "The page is not text in UTF-8. Save it as plain text, or paste it."
    if isinstance(error, OSError):
        return f"{error.filename}: {error.strerror}."
    return str(error)
