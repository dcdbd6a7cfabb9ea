"""Tables of "where and how soon": a problem, the place it is sent to, and the time; as columns or as labelled lines."""

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

from painpath.pathway.drafting import sections
from painpath.pathway.drafting.amounts import NUMBER, number
from painpath.pathway.drafting.classes import names_class
from painpath.pathway.drafting.model import Kind
from painpath.pathway.drafting.numbers import within_days
from painpath.pathway.drafting.redirects import is_cancer_route, is_emergency, is_place, named_place

_WHERE = re.compile(
    r"^(?:where(?: to (?:send|refer|go))?|who to (?:contact|refer to)|(?:refer|send|sent|direct|route)(?:ral)?(?: to)?"
    r"|(?:referral )?(?:route|destination|pathway)|(?:which )?(?:service|team|clinic|place|contact|provider)"
    r"|action|what to do|seen by)$",
    re.IGNORECASE,
)
_SOON = re.compile(
    r"^(?:how (?:soon|quickly|fast|urgent(?:ly)?)|when(?: to (?:send|refer))?|urgency|speed|(?:referral )?priority"
    r"|time|(?:time|target|waiting|response)[ -]?(?:scale|frame|limit|time|target)?"
    r"|target|seen (?:within|in)|within|by when)$",
    re.IGNORECASE,
)
_WHAT = re.compile(
    r"^(?:problem|condition|presentation|symptoms?|(?:clinical )?(?:features?|concern|scenario)|diagnosis|reason"
    r"|red flag|suspected(?: condition| diagnosis)?|what)s?$",
    re.IGNORECASE,
)
_LABEL = re.compile(r"^[\W_]*(?P<label>[A-Za-z][A-Za-z -]{1,24}?)\s*(?::|\s[–—-]\s)\s*(?P<value>\S.*)$")
_LINE = re.compile(
    r"^(?:\W{1,2} ?|\(?\w{1,3}[.)] )?(?P<problem>\w[^:–—→|]{2,100}?)(?: ?:| [-–—→]) "
    r"(?P<beside>(?P<where>[^:;,()|]{2,70}?)(?:[,;] ?| ?\(| - )(?P<soon>(?:[\w-]+ ){0,4}[\w-]+))\)?\.?$"
)
_AT_ONCE = re.compile(
    r"\b(?:now|immediate(?:ly)?|at once|straight ?away|same[- ]day|today|999|emergenc\w+|without delay)\b|\ba ?& ?e\b",
    re.IGNORECASE,
)
_HOURS = re.compile(rf"(?P<n>{NUMBER})[ -]?(?:hours?|hrs?|h)\b", re.IGNORECASE)
_NOT_HERE = re.compile(
    r"\b(?:not|never|cannot|don't) (?:\w+ ){0,2}?(?:seen?|sen[dt]|refer(?:red)?|accept(?:ed)?|taken?|for us"
    r"|commissioned|suitable)\b|\b(?:decline|reject)(?:d|ed)?\b|\bno referral\b",
    re.IGNORECASE,
)
_FAST = 14
"""Days: what has to be seen sooner is a red flag under a heading that speaks of them."""
_LONGEST_NAME = 5
"""Words; a longer one names no class."""


class Row(NamedTuple):
    """One problem, with where and how soon as they stand there."""

    problem: str
    where: str
    soon: str
    also: tuple[str, ...]
    """All that stands beside the problem, letter by letter."""


class Decision(NamedTuple):
    """What a row is."""

    kind: Kind
    urgency: Literal["routine", "urgent", "emergency"] = "routine"
    priority: str | None = None
    """The name of its class."""


def columns(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[Row] | None:
    """The rows of a table whose first row says where and how soon; None where it does not.

    `rows` are those under the first. Where the cell of the problem is empty, the next one with words stands for it.
    """
    soon = next((at for at, cell in enumerate(head) if _SOON.match(cell.strip(" ?*"))), None)
    where = next((at for at, cell in enumerate(head) if at != soon and _WHERE.match(cell.strip(" ?*"))), None)
    what = next((at for at in range(len(head)) if at not in (soon, where)), None)
    if soon is None or what is None or sum(bool(tells_time(_cell(row, soon))) for row in rows) * 2 < len(rows):
        return None
    found = []
    for row in rows:
        beside = [cell for at, cell in enumerate(row) if at != what and re.search(r"\w", cell)]
        problem, *beside = [_cell(row, what), *beside] if re.search(r"\w", _cell(row, what)) else beside
        found.append(Row(problem, _cell(row, where), _cell(row, soon), tuple(beside)))
    return found


def labelled(rows: Sequence[str], at: int) -> tuple[int, Row] | None:
    """The problem in `rows[at]` with the lines "Where: …" and "How soon: …" straight under it, and how many lines that
    is; None where there are none, or no time stands in them."""
    said = _label(rows[at])
    if not rows[at].strip() or (said and not _WHAT.match(said[0])):
        return None
    where = soon = ""
    end = at + 1
    while end < len(rows) and (line := _label(rows[end])) and (_WHERE.match(line[0]) or _SOON.match(line[0])):
        where, soon = (line[1], soon) if _WHERE.match(line[0]) else (where, line[1])
        end += 1
    if end == at + 1 or not tells_time(soon):
        return None
    problem = said[1] if said else re.sub(r"^[\W_]+", "", rows[at].strip()) or rows[at].strip()
    return end - at, Row(problem, where, soon, tuple(" ".join(row.split()) for row in rows[at + 1 : end]))


def in_lines(rows: Sequence[str], at: int) -> list[Row] | None:
    """The problems that stand from `rows[at]` on, each in one line with its place and time ("Septic joint: emergency
    department, same day"); None where there are not at least two in a row."""
    found: list[Row] = []
    while at + len(found) < len(rows) and (row := _in_line(rows[at + len(found)])) is not None:
        found.append(row)
    return found if len(found) > 1 else None


def _in_line(row: str) -> Row | None:
    found = _LINE.match(" ".join(row.split()))
    if found is None or not tells_time(found["soon"]) or not is_place(found["where"]):
        return None
    return Row(found["problem"], found["where"], found["soon"], (found["beside"],))


def _cell(row: Sequence[str], at: int | None) -> str:
    return row[at] if at is not None and at < len(row) else ""


def _label(row: str) -> tuple[str, str] | None:
    found = _LABEL.match(row.strip())
    return (found["label"].strip(), found["value"].strip()) if found else None


def tells_time(soon: str) -> bool:
    """Whether words say how soon, or that the problem is not seen here."""
    return bool(
        _AT_ONCE.search(soon) or _HOURS.search(soon) or is_cancer_route(soon) or _NOT_HERE.search(soon)
        or names_class(soon) or within_days(soon)
    )  # fmt: skip


def decide(where: str, soon: str, above: sections.Meaning | None) -> Decision:
    """What a row is, by its time, its place, and what the heading above says."""
    if _NOT_HERE.search(soon) or _NOT_HERE.search(where):
        return Decision("exclusion")
    if _AT_ONCE.search(soon) or ((hours := _hours(soon)) and hours <= 6):
        return Decision("red_flag", "emergency")
    if hours or is_cancer_route(soon) or is_cancer_route(where):
        return Decision("red_flag", "urgent")
    if (days := within_days(soon)) or names_class(soon):
        fast = days <= _FAST if days else bool(re.match(r"(?:very )?urgent|soon", soon, re.IGNORECASE))
        urgent = above == "red_flag" and fast
        return Decision("red_flag", "urgent") if urgent else Decision("priority", priority=_class(soon))
    if is_emergency(where):
        return Decision("red_flag", "emergency")
    return Decision("exclusion" if named_place(where) else "inclusion")


def _hours(soon: str) -> float | None:
    found = _HOURS.search(soon.lower())
    return number(found["n"]) if found else None


def _class(soon: str) -> str:
    """The name of a class: "Urgent" of "Urgent (2 weeks)"; else the time itself."""
    name = re.split(r"\s*[:(,–—]\s*|\s-\s", soon.strip())[0] if names_class(soon) else soon.strip(" .")
    if len(name.split()) <= _LONGEST_NAME:
        return name
    time = re.search(rf"(?:within |up to |in )?{NUMBER}[ -]?(?:working |calendar )?\w+", name, re.IGNORECASE)
    return time[0] if time else name
