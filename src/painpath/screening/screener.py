"""Read a letter against a pathway: a state with its evidence for every criterion, alerts, identifiers."""

from bisect import bisect_left
from collections.abc import Iterable
from datetime import date
from itertools import accumulate
from typing import NamedTuple

import msgspec

from painpath.documents.model import DocumentText
from painpath.pathway.criteria import Criterion
from painpath.pathway.evidence import Rule
from painpath.pathway.model import Pathway
from painpath.reading import printed
from painpath.reading.lexicon import Lexicon, lexicon
from painpath.reading.model import Reading, Span
from painpath.reading.reader import read
from painpath.screening.alerts import alerts
from painpath.screening.combinations import combined
from painpath.screening.combine import combine
from painpath.screening.identify import identify, writer_of
from painpath.screening.model import Alert, CriterionScreening, Evidence, Identifiers, Screening, Speaks, State, Writer
from painpath.screening.pages import page_at
from painpath.screening.quotes import Quotes
from painpath.screening.rules import Findings, Piece, pieces
from painpath.screening.thresholds import threshold_pieces

_SPEAKS = {"for": Speaks.FOR, "against": Speaks.AGAINST, "both": Speaks.AGAINST, "mention": Speaks.MENTION}


def screen(document: DocumentText, pathway: Pathway, *, written_on: date | None = None, today: date) -> Screening:
    """What the letter says about every criterion of the pathway, with the words that say it.

    Ages and durations are reckoned on the letter's own date, else on `written_on`, else on `today`. Never fails on any
    text: a letter in which nothing is found is `not_stated` throughout. What a form of ours printed says nothing, but a
    danger is found wherever it stands.
    """
    return screen_each(document, (pathway,), written_on=written_on, today=today)[0]


def screen_each(
    document: DocumentText, pathways: Iterable[Pathway], *, written_on: date | None = None, today: date
) -> tuple[Screening, ...]:
    """What `screen` says for each of the pathways. The letter is read once for all that share a vocabulary."""
    text = printed.without(document.text)
    identifiers = identify(msgspec.structs.replace(document, text=text), today=today)
    day = _day(identifiers, written_on, today)
    letters: dict[int, _Letter] = {}
    screenings = []
    for pathway in pathways:
        words = lexicon(pathway)
        if (letter := letters.get(id(words))) is None:
            letter = letters[id(words)] = _letter(document, text, words, day, today)
        screenings.append(_screening(letter, identifiers, day, pathway))
    return tuple(screenings)


class _Letter(NamedTuple):
    """A letter that has been read with one vocabulary, before any rule is asked."""

    document: DocumentText
    lexicon: Lexicon
    reading: Reading
    findings: Findings
    quotes: Quotes
    alerts: tuple[Alert, ...]
    writer: Writer


def _letter(document: DocumentText, text: str, words: Lexicon, day: date, today: date) -> _Letter:
    reading = read(text, words, written_on=day, today=today)
    whole = reading if text == document.text else read(document.text, words, written_on=day, today=today)
    quotes = Quotes(document.text)
    return _Letter(
        document=document,
        lexicon=words,  # held while the others are read: its identity is what they are known by
        reading=reading,
        findings=Findings(reading.findings),
        quotes=quotes,
        alerts=alerts(whole, document, words, quotes),
        writer=writer_of(reading),
    )


def _screening(letter: _Letter, identifiers: Identifiers, day: date, pathway: Pathway) -> Screening:
    criteria = tuple(_criterion(criterion, pathway, letter) for criterion in pathway.criteria)
    return Screening(
        pathway=pathway.name,
        version=pathway.version,
        digest=pathway.digest,
        written_on=day,
        criteria=criteria,
        combinations=combined(pathway, {item.id: item.state for item in criteria}),
        alerts=letter.alerts,
        identifiers=identifiers,
        writer=letter.writer,
        unread=letter.document.unread,
    )


def read_again(document: DocumentText, pathway: Pathway, *, written_on: date | None, today: date) -> Reading:
    """What `screen` reads in the letter before any rule is asked."""
    text = printed.without(document.text)
    day = _day(identify(msgspec.structs.replace(document, text=text), today=today), written_on, today)
    return read(text, lexicon(pathway), written_on=day, today=today)


def rules_of(criterion: Criterion, pathway: Pathway) -> tuple[Rule, ...]:
    """The rules that decide this criterion: its own, or those of the one that it mirrors."""
    rules = {item.criterion: item.rules for item in pathway.evidence}
    return rules.get(criterion.mirror_of or criterion.id, rules.get(criterion.id, ()))


def _day(identifiers: Identifiers, written_on: date | None, today: date) -> date:
    """The day of the letter."""
    return date.fromisoformat(identifiers.letter_date.value) if identifiers.letter_date else written_on or today


def pieces_of(criterion: Criterion, pathway: Pathway, findings: Findings) -> list[Piece]:
    """The evidence on this criterion: of its rules, and of its numbers."""
    found = list(pieces(rules_of(criterion, pathway), findings))
    if criterion.thresholds or criterion.mirror_of:
        found += threshold_pieces(criterion, pathway, findings)
    return found


def state_of(criterion: Criterion, found: list[Piece], findings: Findings) -> State:
    """The state that this evidence gives the criterion.

    What speaks against under a condition ("if it would interfere") is for judgement until words of the condition are
    there.
    """
    state = combine(piece.weight for piece in found)
    unmet = criterion.only_if is not None and not findings.present.intersection(criterion.only_if_shown_by)
    return State.MIXED if state is State.AGAINST and unmet else state


def _criterion(criterion: Criterion, pathway: Pathway, letter: _Letter) -> CriterionScreening:
    found = pieces_of(criterion, pathway, letter.findings)
    state = state_of(criterion, found, letter.findings)
    return CriterionScreening(
        id=criterion.id,
        state=state,
        evidence=tuple(_evidence(found, state, letter.reading, letter.document, letter.quotes)),
        case_by_case=criterion.case_by_case,
    )


def _evidence(
    found: list[Piece], state: State, reading: Reading, document: DocumentText, quotes: Quotes
) -> Iterable[Evidence]:
    """One item for each quote and side, in the letter's order. A mention of words that already speak is left out."""
    items: dict[tuple[Span, Speaks], Evidence] = {}
    against = state in (State.AGAINST, State.MIXED)
    for piece in found:
        speaks = _SPEAKS[piece.weight.speaks]
        if piece.weight.exception:
            speaks = Speaks.FOR if against else Speaks.MENTION
        span = quotes.quote(reading.sentences[piece.finding.sentence].span, piece.words)
        if (span, speaks) in items:
            continue
        items[span, speaks] = Evidence(
            quote=document.text[span.start : span.end],
            start=span.start,
            end=span.end,
            page=page_at(document, span.start),
            speaks=speaks,
            phrase=piece.finding.id,
            trigger=piece.trigger.context if piece.trigger else None,
            why=piece.why,
        )
    settled = sorted(span for span, speaks in items if speaks is not Speaks.MENTION)
    starts = [span.start for span in settled]
    reach = list(accumulate((span.end for span in settled), max))
    for (span, speaks), item in sorted(items.items(), key=lambda pair: pair[0]):
        before = bisect_left(starts, span.end)  # so many settled spans begin before this one ends
        overlaps = before > 0 and reach[before - 1] > span.start
        if speaks is not Speaks.MENTION or not overlaps:
            yield item
