"""Read a letter against a pathway: a state with its evidence for every criterion, alerts, identifiers."""

from bisect import bisect_left
from collections.abc import Iterable
from datetime import date
from itertools import accumulate

from painpath.documents.model import DocumentText
from painpath.pathway.criteria import Criterion
from painpath.pathway.evidence import Rule
from painpath.pathway.model import Pathway
from painpath.reading.lexicon import lexicon
from painpath.reading.model import Reading, Span
from painpath.reading.reader import read
from painpath.screening.alerts import alerts, for_criteria, for_dangers
from painpath.screening.combine import combine
from painpath.screening.identify import identify, writer_of
from painpath.screening.model import CriterionScreening, Evidence, Screening, Speaks, State
from painpath.screening.pages import page_at
from painpath.screening.quotes import quote
from painpath.screening.rules import Findings, Piece, pieces

_SPEAKS = {"for": Speaks.FOR, "against": Speaks.AGAINST, "both": Speaks.AGAINST, "mention": Speaks.MENTION}


def screen(document: DocumentText, pathway: Pathway, *, written_on: date | None = None, today: date) -> Screening:
    """What the letter says about every criterion of the pathway, with the words that say it.

    Ages and durations are reckoned on the letter's own date, else on `written_on`, else on `today`. Never fails on any
    text: a letter in which nothing is found is `not_stated` throughout.
    """
    identifiers = identify(document, today=today)
    day = date.fromisoformat(identifiers.letter_date.value) if identifiers.letter_date else written_on or today
    words = lexicon(*for_criteria(pathway), pathway.sections, pathway.lists)
    reading = read(document.text, words, written_on=day, today=today)
    dangers = lexicon(*for_dangers(pathway), pathway.sections, pathway.lists)
    writer = writer_of(reading)
    findings = Findings(reading.findings)
    rules = {item.criterion: item.rules for item in pathway.evidence}
    return Screening(
        pathway=pathway.name,
        version=pathway.version,
        digest=pathway.digest,
        written_on=day,
        criteria=tuple(
            _criterion(
                criterion,
                rules.get(criterion.mirror_of or criterion.id, rules.get(criterion.id, ())),
                findings,
                reading,
                document,
            )
            for criterion in pathway.criteria
        ),
        alerts=alerts(read(document.text, dangers, written_on=day, today=today), document, dangers),
        identifiers=identifiers,
        writer=writer,
        unread=document.unread,
    )


def _criterion(
    criterion: Criterion, rules: tuple[Rule, ...], findings: Findings, reading: Reading, document: DocumentText
) -> CriterionScreening:
    found = list(pieces(rules, findings))
    state = combine(piece.weight for piece in found)
    return CriterionScreening(
        id=criterion.id,
        state=state,
        evidence=tuple(_evidence(found, state, reading, document)),
        case_by_case=criterion.case_by_case,
    )


def _evidence(found: list[Piece], state: State, reading: Reading, document: DocumentText) -> Iterable[Evidence]:
    """One item for each quote and side, in the letter's order. A mention of words that already speak is left out."""
    items: dict[tuple[Span, Speaks], Evidence] = {}
    against = state in (State.AGAINST, State.MIXED)
    for piece in found:
        speaks = _SPEAKS[piece.weight.speaks]
        if piece.weight.exception:
            speaks = Speaks.FOR if against else Speaks.MENTION
        span = quote(document.text, reading.sentences[piece.finding.sentence].span, piece.words)
        item = Evidence(
            quote=document.text[span.start : span.end],
            start=span.start,
            end=span.end,
            page=page_at(document, span.start),
            speaks=speaks,
            phrase=piece.finding.id,
            trigger=piece.trigger.context if piece.trigger else None,
            why=piece.why,
        )
        items.setdefault((span, speaks), item)
    settled = sorted(span for span, speaks in items if speaks is not Speaks.MENTION)
    starts = [span.start for span in settled]
    reach = list(accumulate((span.end for span in settled), max))
    for (span, speaks), item in sorted(items.items(), key=lambda pair: pair[0]):
        before = bisect_left(starts, span.end)  # so many settled spans begin before this one ends
        overlaps = before > 0 and reach[before - 1] > span.start
        if speaks is not Speaks.MENTION or not overlaps:
            yield item
