"""By whom a simulation counts: the same groups as the figures of a service have."""

from collections.abc import Collection

from painpath import clock
from painpath.figures.model import Split
from painpath.measuring import groups
from painpath.measuring.deprivation import decile_of
from painpath.referrals.models import Referral

SPLITS = (Split.ROUTE, Split.PRACTICE, Split.AGE_BAND, Split.SEX, Split.DEPRIVATION)


def of_people(service_id: int, referrals: Collection[int]) -> dict[int, dict[str, str]]:
    """The groups of each of these referrals, as `referrals.publishing.grouping` asks for them. Two queries."""
    rows = Referral.objects.filter(pk__in=referrals).values_list(
        "pk", "route", "practice", "received_at", "patient__date_of_birth", "patient__sex", "patient__postcode"
    )
    found = list(rows)
    deciles = decile_of(service_id, {postcode for *_, postcode in found if postcode})
    return {
        pk: {
            Split.ROUTE.value: route or groups.NOT_KNOWN,
            Split.PRACTICE.value: str(practice or groups.NOT_KNOWN),
            Split.AGE_BAND.value: groups.age_band(born, received.astimezone(clock.LONDON).date()),
            Split.SEX.value: groups.sex(sex or ""),
            Split.DEPRIVATION.value: groups.deprivation(deciles.get(postcode or "")),
        }
        for pk, route, practice, received, born, sex, postcode in found
    }
