"""The search of the worklist: a person by name or number, a referral by reference or UBRN, words in the letters.

Names are found by their beginning, as a comparison of ranges: PostgreSQL uses an index under row-level security only
for what cannot leak a row of others, which `LIKE` and the search for words may. The words are therefore asked of the
owner's function `painpath_documents_with_words`, which itself keeps to the service of the scope.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.contrib.postgres.search import SearchHeadline, SearchQuery
from django.db import connection
from django.db.models import F, Func, Q, QuerySet, Value

from painpath.accounts.models import Membership
from painpath.referrals.models import Document, Merge, Patient, Referral, Transcript
from painpath.referrals.worklist.queries import rows_of

MOST = 50
"""So many are shown; whoever searches is told that there are more, and searches for more."""
MOST_LETTERS = 30
MOST_PEOPLE = 1000
"""A single letter begins the names of thousands: no more are looked through."""
HIGHEST = chr(0x10FFFF)
"""Comes after every other character in the order of the database (`C.UTF-8`: by code point)."""
OPENS, CLOSES = "\ue000", "\ue001"
"""Around the words in a quote: characters for private use, which no letter that was read holds (they are replaced)."""
TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "rev", "sir", "dame", "lady", "lord"})


@dataclass(frozen=True)
class Quote:
    """A short piece of a document, in parts: (words, whether they were searched for)."""

    document: Document
    parts: tuple[tuple[str, bool], ...]


@dataclass(frozen=True)
class Found:
    """What a search found: whom the words name first, then in whose letters they stand."""

    referrals: list[Referral] = field(default_factory=list)
    quotes: Mapping[int, list[Quote]] = field(default_factory=dict)
    """Where the words stand in the letters, by referral."""
    more: bool = False
    """There is more than is shown."""


def search(
    by: Membership, words: str, blind: frozenset[int] = frozenset(), closed: frozenset[int] = frozenset()
) -> Found:
    """Referrals of the service of `by`, in every state. Six queries at most, whatever there is.

    `blind` are those that `by` screens blind: they are found by whom they are about, never by what letters say.
    `closed` are restricted records: only their own reference finds them, for anything else would tell whose they are.
    A number that is an NHS number, a UBRN or a reference names somebody, and nothing else is looked at.
    """
    words = " ".join(words.split())
    if not words:
        return Found()
    everything = Referral.objects.filter(service_id=by.service_id)
    own = everything.exclude(pk__in=closed) if closed else everything
    named = _numbered(own, words) or (_of_reference(everything, words) if closed else [])
    exact = bool(named)
    if not exact:
        patients = _named(words)
        if patients is not None:
            named = _ids(own.filter(patient__in=patients))
    quotes = {} if exact else _in_letters(by, words, blind | closed)
    ids = [*named, *(pk for pk in quotes if pk not in set(named))]
    letters = len(quotes) >= MOST_LETTERS
    return Found(rows_of(ids[:MOST]), quotes, more=len(ids) > MOST or letters)


def _ids(found: "QuerySet[Referral]") -> list[int]:
    """Open ones first, what is due soonest before the rest; of those that ended the latest."""
    ordered = found.order_by(F("live").desc(), F("due_on").asc(nulls_last=True), "-state_since", "-id")
    return list(ordered.values_list("pk", flat=True)[: MOST + 1])


def _numbered(own: "QuerySet[Referral]", words: str) -> list[int]:
    together = re.sub(r"[\s-]", "", words).upper()
    if re.fullmatch(r"[0-9]{10}", together):
        return _ids(own.filter(patient__nhs_number=together))
    if re.fullmatch(r"[0-9]{12}", together):
        return _with_merged(own, ubrn=together)
    if re.fullmatch(r"[0-9A-Z]{8}", together):
        return _with_merged(own, reference=f"{together[:4]}-{together[4:]}")
    return []


def _of_reference(own: "QuerySet[Referral]", words: str) -> list[int]:
    together = re.sub(r"[\s-]", "", words).upper()
    return _ids(own.filter(reference=f"{together[:4]}-{together[4:]}")) if len(together) == 8 else []


def _with_merged(own: "QuerySet[Referral]", **named: str) -> list[int]:
    """The referral with this number, and the one that it was merged into."""
    duplicates = own.filter(**named).values("pk")
    merged = Merge.objects.filter(undone_at__isnull=True, duplicate__in=duplicates).values("into")
    return _ids(own.filter(Q(pk__in=duplicates) | Q(pk__in=merged)))


def _named(words: str) -> "QuerySet[Referral, int] | None":
    """Ids of the people whose family or given name begins with the words, or with some of them each, in any order.

    A later given name is found beside the beginning of the family name. None when the words name nobody.
    """
    parts = [part for part in re.split(r"[\s,]+", words.lower().replace("\u2019", "'")) if part]
    if len(parts) > 1 and parts[0].rstrip(".") in TITLES:
        parts = parts[1:]
    if not parts or not any(character.isalpha() for character in parts[0]):
        return None
    whole = " ".join(parts)
    found = _begins("family_key", whole) | _begins("given_key", whole)
    for at in range(1, len(parts)):
        one, other = " ".join(parts[:at]), " ".join(parts[at:])
        for given, family in ((one, other), (other, one)):
            later = Q(given_key__contains=f" {given}")
            found |= _begins("family_key", family) & (_begins("given_key", given) | later)
    return Patient.objects.filter(found).values("pk")[:MOST_PEOPLE]  # type: ignore[return-value]


def _begins(column: str, words: str) -> Q:
    return Q(**{f"{column}__gte": words, f"{column}__lt": words + HIGHEST})


def _in_letters(by: Membership, words: str, blind: frozenset[int]) -> dict[int, list[Quote]]:
    """Where the words stand in documents that belong to their referral, the latest documents first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT painpath_documents_with_words(%s, %s)", [words, MOST_LETTERS])
        ids = [row[0] for row in cursor.fetchall()]
    if not ids:
        return {}
    texts = (
        Transcript.objects.filter(
            service_id=by.service_id, document__in=ids, document__quarantine__isnull=True,
            document__referral__service_id=by.service_id,
        )
        .exclude(document__referral__in=blind)
        .annotate(
            quote=SearchHeadline(
                Func(F("text"), Value(f"[{OPENS}{CLOSES}]"), Value(""), Value("g"), function="regexp_replace"),
                SearchQuery(words, config="english", search_type="websearch"), config="english",
                start_sel=OPENS, stop_sel=CLOSES, max_words=20, min_words=8, max_fragments=2,
            )
        )
        .select_related("document")
        .defer("text", "document__content")
        .order_by("-document_id", "-id")
    )  # fmt: skip
    found: dict[int, list[Quote]] = {}
    for transcript in texts:
        quotes = found.setdefault(transcript.document.referral_id, [])
        quotes.append(Quote(transcript.document, tuple(_parts(transcript.quote))))
    return found


def _parts(headline: str) -> Iterable[tuple[str, bool]]:
    for number, piece in enumerate(re.split(f"{OPENS}|{CLOSES}", headline)):
        text = re.sub(r"\s+", " ", piece)
        if text:
            yield text, bool(number % 2)
