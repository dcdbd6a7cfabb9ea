"""`painpath explain FILE CRITERION`: what was found for one criterion, its context, and what the rules made of it."""

import argparse
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from painpath import clock, documents, pathway
from painpath.documents.model import DocumentText
from painpath.pathway.criteria import Criterion
from painpath.pathway.evidence import Rule
from painpath.pathway.model import Pathway
from painpath.reading.model import Finding, Mark
from painpath.screening.combine import Weight
from painpath.screening.command import PATHWAY, day
from painpath.screening.model import State
from painpath.screening.rules import Findings, Piece
from painpath.screening.screener import pieces_of, read_again, rules_of, screen

_SPEAKS = {"for": "speaks for", "against": "speaks against", "both": "speaks against, and so does its exception for"}
_WHY_STATE = {
    State.FOR: "what decides speaks for",
    State.AGAINST: "what decides speaks against",
    State.MIXED: "there is evidence both ways, or an exception: a clinician judges",
    State.NOT_STATED: "nothing that was found settles it",
}


def add_arguments(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to `painpath`."""
    parser = subparsers.add_parser("explain", help="why a letter was read as it was, for one criterion")
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("criterion", metavar="CRITERION", help="its identifier, such as opioid-use-disorder")
    parser.add_argument("--date", type=day, metavar="YYYY-MM-DD", help="the day of a letter without a date")
    parser.add_argument("--pathway", default=PATHWAY, metavar="NAME", help=f"the pathway (default: {PATHWAY})")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the explanation. 0, or 1 with a sentence when the file or the criterion cannot be read."""
    try:
        service = pathway.load(pathway.find(args.pathway))
        criterion = service.criterion(args.criterion)
        letter = documents.read(args.file.read_bytes(), args.file.name)
    except (pathway.PathwayError, documents.DocumentError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except OSError as error:
        sys.stderr.write(f"{args.file} cannot be opened: {error.strerror}. Check its name.\n")
        return 1
    except KeyError:
        known = ", ".join(one.id for one in service.criteria)
        sys.stderr.write(f"There is no criterion “{args.criterion}”. Those of {service.name}: {known}.\n")
        return 1
    for line in explanation(letter, criterion, service, written_on=args.date, today=clock.today()):
        sys.stdout.write(f"{line}\n")
    return 0


def explanation(
    letter: DocumentText, criterion: Criterion, service: Pathway, *, written_on: date | None, today: date
) -> Iterator[str]:
    """The explanation, line by line: what is published, each finding with its context and rules, the state."""
    state = screen(letter, service, written_on=written_on, today=today).criterion(criterion.id).state
    reading = read_again(letter, service, written_on=written_on, today=today)
    rules = rules_of(criterion, service)
    made: dict[int, list[Piece]] = {}
    found_pieces = pieces_of(criterion, service, Findings(reading.findings))
    groups = {group for rule in rules for group in rule.when} | {piece.finding.id for piece in found_pieces}
    for piece in found_pieces:
        made.setdefault(id(piece.finding), []).append(piece)
    yield f"{criterion.name} ({criterion.id}): {state.value.replace('_', ' ')}"
    for words in criterion.published:
        yield f"  published: “{' '.join(words.split())}”"
    comments = {group.id: group.comment for group in service.vocabulary}
    found = [finding for finding in reading.findings if finding.id in groups]
    for finding in found:
        yield ""
        yield f"“{_words(letter, finding)}” (characters {finding.span.start} to {finding.span.end})"
        yield f"  found as   {finding.id}{_detail(finding)}: {' '.join(comments.get(finding.id, 'A value.').split())}"
        for mark in finding.marks:
            yield f"  context    {mark.why} ({_trigger(letter, mark)})"
        for piece in made.get(id(finding), ()):
            yield f"  rule       {_said(piece)}"
        if id(finding) not in made:
            yield f"  no rule    takes it as it stands. Rules for {finding.id}: {_rules(finding.id, rules)}"
    yield ""
    if not found:
        yield f"None of the {len(groups)} groups of phrases that bear on it was found."
    yield f"State: {state.value.replace('_', ' ')}, because {_WHY_STATE[state]}."


def _words(letter: DocumentText, finding: Finding) -> str:
    return " ".join(letter.text[finding.span.start : finding.span.end].split())


def _detail(finding: Finding) -> str:
    return f" ({finding.detail})" if finding.detail else ""


def _trigger(letter: DocumentText, mark: Mark) -> str:
    if mark.span is None:
        return f"the heading, {mark.context}"
    return f"“{' '.join(letter.text[mark.span.start : mark.span.end].split())}”, {mark.context}"


def _said(piece: Piece) -> str:
    if piece.weight == Weight("mention"):
        held = f", held back: {piece.trigger.why}" if piece.trigger else ""
        return f"a mention, settles nothing ({piece.rule.why}{held})"
    ways = [_SPEAKS[piece.weight.speaks]]
    ways += ["only where nothing stronger speaks on the other side"] * piece.weight.weak
    ways += ["only beside something that speaks against"] * piece.weight.exception
    return f"{', '.join(ways)}: {piece.why}"


def _rules(group: str, rules: tuple[Rule, ...]) -> str:
    return "; ".join(_asks(rule) for rule in rules if group in rule.when)


def _asks(rule: Rule) -> str:
    """What a rule asks for, in the words of the pathway's data."""
    asked = [
        f"{name} {', '.join(value)}"
        for name in ("tags", "any_tag", "unless", "beside", "not_beside", "somewhere", "nowhere")
        if (value := getattr(rule, name))
    ]
    return f"{rule.why} [{'; '.join(asked) or 'no condition'}]"
