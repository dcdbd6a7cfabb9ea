"""What a service's pages tell patients; what its resources are about; how often both are checked."""

from collections import Counter
from collections.abc import Collection, Iterator
from datetime import date
from typing import Annotated, Literal, get_args

import msgspec

from painpath.pathway.base import Data, Id, Words
from painpath.pathway.problems import Fault

PageId = Literal[
    "what-we-do",
    "how-to-be-referred",
    "what-your-gp-does",
    "what-happens-next",
    "questionnaires",
    "not-now",
    "while-you-wait",
    "questions",
    "urgent-help",
]
"""The pages that every service has. Beside them stand those of its own, such as `persistent-pain`, which say what it is
about; the front page, the resources and “Is it the right time?”."""

Shown = Literal[
    "can",
    "cannot",
    "how_to_be_referred",
    "what_to_consider",
    "after_referral",
    "not_now",
    "routes",
    "readiness",
    "try_first",
    "soon",
    "stages",
    "questionnaires",
    "contacts",
    "emergency",
    "crisis",
]
"""What stands elsewhere in the pathway and is shown under a section: statements by their topic, the ways in, what
speaks for the right time, what to try first, by when we look and tell, the next steps with their waits, the
questionnaires, how to reach the team, where help is in an emergency or a crisis."""

MUST_SHOW: dict[str, tuple[Shown, ...]] = {
    "what-we-do": ("can", "cannot"),
    "how-to-be-referred": ("how_to_be_referred", "routes", "what_to_consider", "readiness"),
    "what-your-gp-does": ("try_first",),
    "what-happens-next": ("soon", "stages", "after_referral"),
    "questionnaires": ("questionnaires",),
    "not-now": ("not_now",),
    "urgent-help": ("emergency", "crisis"),
}
"""What the published page tells patients, and where our pages tell it: nothing of it may go missing."""


class Part(Data, frozen=True, kw_only=True):
    """A piece of a page under a heading of its own."""

    id: Id
    plain_heading: Words
    plain: tuple[Words, ...] = ()
    """Paragraphs."""
    plain_points: tuple[Words, ...] = ()
    """A list under them."""
    plain_last: tuple[Words, ...] = ()
    """Paragraphs under the list."""
    criteria: tuple[Id, ...] = ()
    """Criteria whose plain words stand at its beginning: a list, where there are more than two."""
    shows: tuple[Shown, ...] = ()
    see: tuple[Id, ...] = ()
    """Pages to go on to."""
    urgent: bool = False
    """Somebody may be in danger: shown so that nobody reads past it."""
    source: Words
    to_confirm: Words | None = None
    """What the service has to confirm, or to say better, before it publishes this."""


class Page(Data, frozen=True, kw_only=True):
    """A page for patients, at an address of its own."""

    id: Id
    """Its address: one of those that every service has, or one of its own that names what the page is about."""
    group: Literal["before", "after", "help"]
    """Where the front page lists it: before a referral, after it, help at any time."""
    plain_title: Words
    plain_summary: Words
    """What one finds there: stands beside the link to it."""
    plain_intro: tuple[Words, ...] = ()
    plain_each: Words | None = None
    """Stands before the heading of each part, such as “Week {number}”."""
    parts: tuple[Part, ...]
    owner: Words
    """Who in the service keeps this page right."""
    last_checked: date


class Topic(Data, frozen=True, kw_only=True):
    """What a resource can be about, for people to choose from."""

    id: Id
    plain_name: Words


class Recheck(Data, frozen=True, kw_only=True):
    """How old the last check of a page or a resource may be. A setting, with its reason."""

    months: Annotated[int, msgspec.Meta(ge=1, le=36)]
    source: Words

    def stale(self, last_checked: date, today: date) -> bool:
        """Whether a check of that day is too old today."""
        since = (today.year - last_checked.year) * 12 + today.month - last_checked.month
        return since > self.months or (since == self.months and today.day > last_checked.day)


class PatientPages(Data, frozen=True, kw_only=True):
    """The public pages for patients."""

    plain_title: Words
    plain_intro: tuple[Words, ...]
    pages: tuple[Page, ...]
    topics: tuple[Topic, ...]
    recheck: Recheck

    def page(self, wanted: str) -> Page:
        """The page with this id; KeyError when there is none."""
        for page in self.pages:
            if page.id == wanted:
                return page
        raise KeyError(wanted)


def problems(pages: PatientPages) -> Iterator[Fault]:
    """Everything that makes the pages unusable: one is missing or there twice, two parts have one id."""
    counts = Counter(page.id for page in pages.pages)
    for wanted in get_args(PageId):
        if counts[wanted] != 1:
            message = f"There must be one page `{wanted}`; there are {counts[wanted]}."
            yield Fault(("patient_pages", "pages"), message)
    own = counts.keys() - set(get_args(PageId))
    if not own:
        message = "Say on a page of your own what the service is about, under an id that names it."
        yield Fault(("patient_pages", "pages"), message)
    for index, page in enumerate(pages.pages):
        if page.id in own and counts[page.id] > 1:
            message = f"`{page.id}` is used twice. Give each page its own id."
            yield Fault(("patient_pages", "pages", index, "id"), message)
        parts = Counter(part.id for part in page.parts)
        for number, part in enumerate(page.parts):
            if parts[part.id] > 1:
                message = f"`{part.id}` is used twice on this page. Give each part its own id."
                yield Fault(("patient_pages", "pages", index, "parts", number, "id"), message)
            for one in part.see:
                if one not in counts:
                    message = f"`{one}` is not among the pages: {', '.join(sorted(counts))}."
                    yield Fault(("patient_pages", "pages", index, "parts", number, "see"), message)
    topics = Counter(topic.id for topic in pages.topics)
    for index, topic in enumerate(pages.topics):
        if topics[topic.id] > 1:
            yield Fault(("patient_pages", "topics", index, "id"), f"`{topic.id}` is used twice in `topics`.")


def unsaid(pages: PatientPages, used_topics: Collection[str]) -> Iterator[Fault]:
    """What an author should put right: a part that says nothing, a page that leaves out what it is for."""
    for index, page in enumerate(pages.pages):
        path = ("patient_pages", "pages", index)
        shown = {one for part in page.parts for one in part.shows}
        for one in MUST_SHOW.get(page.id, ()):
            if one not in shown:
                yield Fault(
                    (*path, "parts"), f"This page has to tell what the pathway says under `{one}`: add it to `shows`."
                )
        if page.plain_each is not None and page.plain_each.count("{number}") != 1:
            yield Fault((*path, "plain_each"), "Write `{number}` once, where the number of the part stands.")
        for number, part in enumerate(page.parts):
            if not (part.plain or part.plain_points or part.shows or part.criteria):
                yield Fault(
                    (*path, "parts", number),
                    "This part says nothing: give `plain`, `plain_points`, `criteria` or `shows`.",
                )
    if not any(part.urgent for part in pages.page("urgent-help").parts):
        where = [page.id for page in pages.pages].index("urgent-help")
        message = "Mark the part that says when it is an emergency with `urgent: true`."
        yield Fault(("patient_pages", "pages", where, "parts"), message)
    for index, topic in enumerate(pages.topics):
        if topic.id not in used_topics:
            yield Fault(
                ("patient_pages", "topics", index),
                f"No resource is about `{topic.id}`. Name it in one, or take it out.",
            )
