"""Another service from its page: a draft that is written anew from the page and what its author has confirmed so far.

The page and the answers stand in the draft as `from-page.json`, which no pathway reads. As long as the other files are
what they give, each answer writes them again; once somebody has changed one by hand, the draft goes on in the editor.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

import msgspec

from painpath.accounts.models import Membership
from painpath.pathway import Pathway
from painpath.pathway.drafting import Finder, Proposal, propose
from painpath.pathway.drafting.answers import Answers
from painpath.pathway.drafting.writing import write
from painpath.reading.clauses import finder
from painpath.referrals import pathways
from painpath.referrals.models import PathwayDraft
from painpath.referrals.publishing import drafting, founding
from painpath.referrals.refusal import Refused

RECORD = "from-page.json"
LONGEST = 200_000
"""Characters of a page. The longest that we saw has 60,000."""


class Begun(NamedTuple):
    """A draft that was begun from a page."""

    proposal: Proposal
    answers: Answers
    as_written: bool
    """Nobody has changed its files by hand: each answer may write them again."""


class _Record(msgspec.Struct, frozen=True):
    page: str
    answers: Answers


_DECODER = msgspec.json.Decoder(_Record)


def begin(*, by: Membership, page: str, name: str, answers: Answers) -> PathwayDraft:
    """A draft of the pathway `name`, written from the page of a service to come.

    Raises `Refused` for who may not, a name that is taken or has a draft, and a text in which no criterion is found.
    """
    drafting.check_start(by=by)
    if name == by.service.slug:
        raise Refused("This is the short name of your own service. Choose another.")
    founding.check_name(name)
    if PathwayDraft.objects.filter(service_id=by.service_id, name=name, state__in=("open", "submitted")).exists():
        raise Refused("There is a draft with this short name. Open it under Pathway, or choose another name.")
    if len(page) > LONGEST:
        raise Refused(f"The page is too long. At most {LONGEST:,} characters are read.")
    proposal = propose(page, _reader(by))
    if not any(
        clause.kind in ("inclusion", "exclusion", "priority", "readiness", "red_flag") for clause in proposal.clauses
    ):
        raise Refused("No criteria were found in this text. Paste the part of the page that lists them.")
    return drafting.start(by=by, name=name, files=_files(proposal, name, page, answers))


def begun(draft: PathwayDraft, by: Membership) -> Begun | None:
    """What a draft was begun from; None for one that was begun in another way, or whose record cannot be read."""
    record = _record(draft)
    if record is None:
        return None
    proposal = propose(record.page, _reader(by))
    same = draft.files == _files(proposal, draft.name, record.page, record.answers)
    return Begun(proposal, record.answers, same)


def answer(*, draft: PathwayDraft, answers: Answers, seen_revision: int, by: Membership) -> PathwayDraft:
    """Write the draft again with these answers. Raises `Refused` when somebody else has changed it meanwhile."""
    drafting.check_change(draft, by=by)
    record, known = _record(draft), begun(draft, by)
    if record is None or known is None or not known.as_written:
        raise Refused("This draft was changed by hand since it was begun. Go on in the editor.")
    files = _files(known.proposal, draft.name, record.page, answers)
    gone: Mapping[str, str | None] = dict.fromkeys(set(draft.files) - set(files))
    return drafting.change(draft=draft, files={**gone, **files}, seen_revision=seen_revision, by=by)


def _files(proposal: Proposal, name: str, page: str, answers: Answers) -> dict[str, str]:
    record = msgspec.json.format(msgspec.json.encode(_Record(page, answers)), indent=1).decode()
    return write(proposal, name, answers) | {RECORD: record}


def _record(draft: PathwayDraft) -> _Record | None:
    try:
        return _DECODER.decode(draft.files.get(RECORD, "").encode())
    except msgspec.DecodeError:
        return None


def _reader(by: Membership) -> Finder:
    current, _ = pathways.in_force(by.service)
    return _finder(current)


class _Same:
    """A pathway as a key: two of one digest are the same."""

    def __init__(self, pathway: Pathway) -> None:
        self.pathway = pathway

    def __hash__(self) -> int:
        return hash(self.pathway.digest)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.pathway.digest == self.pathway.digest


def _finder(pathway: Pathway) -> Finder:
    return _made(_Same(pathway))


@lru_cache(maxsize=2)
def _made(same: _Same) -> Finder:
    return finder(same.pathway)
