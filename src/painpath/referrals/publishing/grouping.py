"""By whom a simulation counts. A layer above knows the groups of people and registers how to find them."""

from collections.abc import Callable, Collection, Mapping

Grouper = Callable[[int, Collection[int]], Mapping[int, Mapping[str, str]]]
"""(service, referrals) -> of each referral, split -> its group."""

_groupers: list[Grouper] = []


def group_by(grouper: Grouper) -> None:
    """Register, when the program starts; twice is once."""
    if grouper not in _groupers:
        _groupers.append(grouper)


def groups_of(service_id: int, referrals: Collection[int]) -> dict[int, dict[str, str]]:
    """The groups of each of these referrals."""
    found: dict[int, dict[str, str]] = {pk: {} for pk in referrals}
    for grouper in _groupers:
        for pk, groups in grouper(service_id, referrals).items():
            found[pk].update(groups)
    return found
