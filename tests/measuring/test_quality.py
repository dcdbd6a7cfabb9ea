"""What is missing, counted beside the figures."""

from datetime import date

from painpath import clock
from painpath.figures.model import Period
from painpath.measuring import counting, quality
from tests.measuring.played import PEOPLE, TODAY, Player

NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30))


def test_what_is_missing_is_told_thing_by_thing(team, monkeypatch):
    player = Player(team, monkeypatch)
    bare = player.receive(date(2026, 11, 2), person={"postcode": ""})
    whole = player.receive(date(2026, 11, 3), person=PEOPLE[0] | {"nhs_number": "9990000018"})
    player.receive(date(2026, 11, 4), person=PEOPLE[2])  # its postcode is in no file
    player.receive(date(2026, 10, 4))
    whole.patient.needs_checked_on = date(2026, 11, 3)
    whole.patient.save()
    bare.referrer = None
    bare.save()
    player.decide(whole, date(2026, 11, 5), "advise", clauses=())
    player.post(date(2026, 11, 6))
    with clock.at(TODAY):
        counting.count_up(team.service)
        found, as_of = quality.missing(team.service, NOVEMBER)
        assert as_of == clock.now()
    counts = {one.lack.key: (one.n, one.of) for one in found}
    assert {key: counts[key] for key in ("clause", "receipt")} == {"clause": (1, 1), "receipt": (1, 1)}
    assert {key: n for key, (n, of) in counts.items() if of == 3} == {
        "date_of_birth": 1, "sex": 1, "ethnicity": 1, "language": 2, "postcode": 1, "area": 1, "practice": 0,
        "referrer": 1, "nhs_number": 2, "needs": 2,
    }  # fmt: skip
    assert list(counts) == [one.key for one in quality.LACKS]
