"""What a version is called: letters and pages name it, so one name stands for one content in a service."""

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from itertools import chain, count

from painpath import clock
from painpath.pathway import Pathway
from painpath.pathway.editing import FIRST
from painpath.referrals.models import PathwayDraft, PathwayVersion

LONGEST = 40
_VERSION = re.compile(rf"^(version:[ \t]*[\"']?)([^\s\"'#]{{1,{LONGEST}}})", re.MULTILINE)


def label_of(files: Mapping[str, str]) -> str:
    """The version that these files say they are; empty while they are no pathway."""
    match = _VERSION.search(files.get(FIRST, ""))
    return match[2] if match else ""


def relabelled(text: str, label: str) -> str:
    """The text of `service.yaml` with another label in its place; as it is where it names none."""
    return _VERSION.sub(lambda found: found[1] + label, text, count=1) if label else text


def another(draft: PathwayDraft, current: Pathway) -> str:
    """What to call this draft instead, because its label stands for other content already; empty where it does not.

    Names that count are those of every version that the service ever had, in force or not, and of what the draft was
    begun from. `current` is what the draft compiles to. A service to come has none.
    """
    if draft.name != draft.service.slug:
        return ""
    others = PathwayVersion.objects.filter(service_id=draft.service_id).exclude(digest=current.digest)
    taken = {*others.values_list("label", flat=True)}
    if draft.files != draft.base_files:
        taken.add(label_of(draft.base_files))
    return next_label(current.version, taken, today=clock.today()) if current.version in taken else ""


def next_label(label: str, taken: Collection[str], *, today: date) -> str:
    """The next free label after this one: the month of today for a month, else the number at its end and one more."""
    rest = label[: LONGEST - 4]
    if (found := re.fullmatch(r"(\d{4}-\d\d)(?:\.(\d{1,9}))?", label)) is not None:
        month = max(f"{today:%Y-%m}", found[1])
        first = [] if month == found[1] else [month]
        names: Iterator[str] = chain(
            first, (f"{month}.{number}" for number in count(2 if first else int(found[2] or 1) + 1))
        )
    elif (found := re.fullmatch(r"(.*\D|)(\d{1,9})", rest)) is not None:
        names = (f"{found[1]}{number}" for number in count(int(found[2]) + 1))
    else:
        names = (f"{rest}.{number}" for number in count(2))
    return next(name for name in names if name not in taken)
