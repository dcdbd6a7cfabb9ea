"""Two years before the stories, as counts alone: what stays in the figures when records have been destroyed.

Figures by group hide whatever is fewer than seven, so that the stories alone would show hardly any. Nobody stands
behind these counts; they are the same for the same day and pathway, and fill the cells as `measuring` fills them.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from django.db import transaction

from painpath.accounts.models import Service
from painpath.accounts.scope import scope
from painpath.directory.models import Practice
from painpath.figures.model import Split
from painpath.measuring import counting, quality
from painpath.measuring.cells import EVERY, PERSONAL, PLACE, Cell, Facts, Unit, cells, dump
from painpath.measuring.gathering import ENDS, LETTER_STATES, MONTHS, OUTCOMES, SAID, months_after
from painpath.measuring.groups import NOT_KNOWN
from painpath.pathway import Pathway
from painpath.referrals.models.sheet import STATES
from painpath.referrals.transitions import Outcome, add_working_days, is_working_day, working_days_between

DAYS = 850
"""So many days back: two years of whole months, and a half-year before."""
UNTIL = 28
"""The stories are of these last days; nobody of the past came in them."""
A_DAY = (1, 1, 2, 2, 3)
"""How many came on a working day: 40 a month."""
MEND = 300
"""Before these last days people waited longer, and letters did not always name who had decided."""

Weights = dict[str, int]
_ROUTES: Weights = {"gp-ers": 80, "practitioner-letter": 17, "palliative-team": 3}
_GROUPS: dict[str, Weights] = {
    "d": {"1": 26, "2": 22, "3": 20, "4": 16, "5": 11, NOT_KNOWN: 5},
    "a": {"18-24": 5, "25-34": 13, "35-44": 20, "45-54": 25, "55-64": 20, "65-74": 11, "75-84": 5, "85+": 1},
    "s": {"female": 66, "male": 33, NOT_KNOWN: 1},
    "e": {"white": 70, "asian": 9, "black": 5, "mixed": 3, "other": 2, NOT_KNOWN: 11},
    "l": {"english": 84, "other": 13, NOT_KNOWN: 3},
    "c": {"needed": 12, "none": 61, NOT_KNOWN: 27},
}
_OUTCOMES: Weights = {
    Outcome.ACCEPT: 62, Outcome.NOT_NOW: 11, Outcome.SIGNPOST: 9, Outcome.ADVISE: 8, Outcome.REDIRECT: 5,
    Outcome.DISCHARGE: 2, Outcome.WITHDRAW: 3,
}  # fmt: skip
_FORMS: Weights = {"online": 70, "paper": 22, "phone": 8}
_POST: Weights = {"print": 45, "email": 30, "link": 25}
_LEFT: Weights = {"delivered": 60, "sent": 37, "returned": 3}
_SAID: Weights = {"yes": 55, "no": 20, "no_answer": 25}


def fill(service: Service, published: Pathway, *, today: date) -> int:
    """Add the counts of the past to those of a service; gives of how many referrals."""
    chance = Random(today.isoformat())  # noqa: S311 (no secret)
    found: Counter[Cell] = Counter()
    number = 0
    with scope(service), transaction.atomic():
        practices = [str(pk) for pk in Practice.objects.order_by("pk").values_list("pk", flat=True)]
        for ago in range(DAYS, UNTIL, -1):
            day = today - timedelta(days=ago)
            for _ in range(chance.choice(A_DAY) if is_working_day(day) else 0):
                number += 1
                groups = {key: _one(chance, weights) for key, weights in _GROUPS.items()}
                groups |= {"r": _one(chance, _ROUTES), "p": _practice(chance, practices)}
                units = tuple(one for one in _happens(chance, day, today, groups, published) if one.day < today)
                found.update(cells(dump(Facts(groups, units))))
        counting.add(service.pk, found)
    return number


def _one(chance: Random, weights: Weights) -> str:
    return chance.choices([*weights], [*weights.values()])[0]


def _practice(chance: Random, practices: list[str]) -> str:
    """The first have most patients."""
    return chance.choices(practices, range(len(practices) + 2, 2, -1))[0] if practices else NOT_KNOWN


def _happens(chance: Random, came: date, today: date, groups: dict[str, str], published: Pathway) -> Iterator[Unit]:
    """What became of one referral."""
    yield Unit("volumes", came, shared=EVERY)
    yield _record(chance, came, groups)
    early = came < today - timedelta(days=MEND)
    waits = min(chance.randint(*((3, 9) if early else (1, 6))) + int(chance.expovariate(0.7)), 30)
    waits += 4 if groups["l"] == "other" else 0  # somebody has to find an interpreter
    clauses = [one.id for one in published.criteria]
    if chance.random() < (0.16 if early else 0.09):
        about = tuple(chance.sample(clauses, chance.choice((1, 1, 2))))
        yield Unit("information_requests", add_working_days(came, 2), shared=PLACE, own={Split.CLAUSE: about})
        waits += chance.randint(4, 9)
    outcome = Outcome(_one(chance, _OUTCOMES))
    decided = add_working_days(came, waits)
    own = {Split.OUTCOME: (outcome.value,)}
    yield Unit("outcomes", decided, OUTCOMES.index(outcome.value), shared=EVERY, own=own)
    group = "inclusion" if outcome == Outcome.ACCEPT else "exclusion"
    cited = tuple(chance.sample([one.id for one in published.criteria if one.group == group] or clauses, 2))
    yield Unit("clauses_cited", decided, 1)
    yield Unit("clauses_cited", decided, 1, own={Split.CLAUSE: cited}, whole=False)
    yield quality.of_decision(decided, cites=True)
    if outcome != Outcome.WITHDRAW:
        yield Unit("named_person", decided, int(not early or chance.random() < 0.93), own=own)
        yield from _letters(chance, came, decided, outcome)
    if outcome == Outcome.NOT_NOW:
        yield Unit("not_now_checklist", decided, int(chance.random() < (0.8 if early else 0.95)))
    if outcome == Outcome.SIGNPOST:
        said = _one(chance, _SAID)
        own = {Split.SIGNPOST: (chance.choice(published.signposts[:10]).id,), Split.STATE: (said,)}
        yield Unit("signposts", decided + timedelta(days=42), SAID.index(said), own=own)
    if outcome.value in ENDS.values():
        again = int(chance.random() < 0.13)
        yield Unit("bounce", months_after(decided, MONTHS), again)
    if chance.random() < 0.4:
        back = int(chance.random() < (0.6 if groups["l"] == "other" else 0.78))
        own = {Split.CHANNEL: (_one(chance, _FORMS),)}
        yield Unit("questionnaire_return", add_working_days(came, 3), back, shared=PERSONAL, own=own)
    if chance.random() < 0.08:
        yield from _second_reading(chance, decided, clauses)


def _letters(chance: Random, came: date, decided: date, outcome: Outcome) -> Iterator[Unit]:
    """The patient's letter and the GP's, and when the patient was told."""
    left = add_working_days(decided, chance.choice((0, 1, 1, 2)))
    for channel, state in ((_one(chance, _POST), _one(chance, _LEFT)), ("mesh", "delivered")):
        own = {Split.STATE: (state,), Split.CHANNEL: (channel,)}
        yield Unit("letters_by_state", decided, LETTER_STATES.index(state), own=own)
        yield quality.of_letter(decided, arrived=state == "delivered")
        if channel != "mesh" and state != "returned":
            own = {Split.OUTCOME: (outcome.value,)}
            yield Unit("to_decision", left, working_days_between(came, left), shared=EVERY, own=own)


def _second_reading(chance: Random, decided: date, clauses: list[str]) -> Iterator[Unit]:
    """Two clinicians read the same referral, and mostly the same in it."""
    for clause in clauses:
        first = second = chance.choices(range(len(STATES)), (40, 12, 6, 42))[0]
        if chance.random() < 0.16:
            second = chance.randrange(len(STATES))
        yield Unit("kappa", decided, first * len(STATES) + second, own={Split.CLAUSE: (clause,)})


def _record(chance: Random, came: date, groups: dict[str, str]) -> Unit:
    """What the record of the patient lacks: whatever its groups do not know, and a little more."""
    known = {key: None if of == NOT_KNOWN else of for key, of in groups.items()}
    row = {
        "date_of_birth": came, "sex": known["s"], "ethnicity": known["e"], "language": known["l"], "postcode": "known",
        "practice_id": known["p"], "referrer_id": 1, "nhs_number": "known" if chance.random() < 0.98 else "",
        "needs_checked_on": known["c"],
    }  # fmt: skip
    return quality.unit(row, {"known": 1} if known["d"] else {}, came)
