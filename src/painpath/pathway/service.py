"""What a service says about itself: where its criteria come from, whom to contact, by which routes it is reached."""

from datetime import date
from typing import Annotated, Literal

import msgspec

from painpath.pathway.base import Data, Id, Words
from painpath.pathway.referring import ReferrerKind


class Source(Data, frozen=True, kw_only=True):
    """Where the published criteria were taken from."""

    page: Words
    """Title of the page."""
    publisher: Words
    """Who publishes it."""
    published: Words
    """Its date, as far as the page gives one."""
    kept_in: Words
    """File of the pathway folder that holds the page's own words."""


class Headings(Data, frozen=True, kw_only=True):
    """Headings of the published page, used as headings of our own pages."""

    page: Words
    practitioners: Words


class Locality(Data, frozen=True, kw_only=True):
    """A place the service works for. A patient belongs to one of them, or to none that is known."""

    id: Id
    name: Words
    no_contact: Words | None = None
    """For practitioners: what to do where the service has published no contact for it."""


class Contact(Data, frozen=True, kw_only=True):
    """A way to reach the team. Shown only to readers it is meant for: see `painpath.pathway.contacts`."""

    id: Id
    kind: Literal["email", "phone", "post", "web"]
    value: Words
    label: Words
    """What stands before the value on a page or a letter."""
    published: tuple[Words, ...] = ()
    """The sentence of the page."""
    locality: Id | None = None
    """The one locality whose patients and practitioners may see it."""
    everyone: bool = False
    """True when readers of every locality, and of unknown locality, may see it. Never together with `locality`."""
    notes: tuple[Words, ...] = ()


class Grade(Data, frozen=True, kw_only=True):
    """A professional grade of a clinician in the team; routes name the grades that may decide."""

    id: Id
    name: Words


class Route(Data, frozen=True, kw_only=True):
    """A way in: who may use it, through which channel, with what, and who decides."""

    id: Id
    name: Words
    referrers: tuple[ReferrerKind, ...]
    """Kinds of referrer for whom this route is meant."""
    channel: Literal["ers_advice_and_guidance", "ers_triage", "letter"]
    needs: tuple[Literal["ubrn", "circumstances"], ...] = ()
    """What a referral by this route carries besides the letter: the e-RS booking reference number, the exceptional
    circumstances."""
    decided_by: tuple[Id, ...]
    """Grades that may decide."""
    decided_by_source: Words
    """Where that comes from: the page, or a setting of the service."""
    outcomes: tuple[Id, ...] = ()
    """Outcomes that the page names for this route. Every other outcome stays possible."""
    exceptional: bool = False
    """Used only in exceptional circumstances, case by case."""
    published: tuple[Words, ...]
    how: Words
    """Explanation for practitioners: what to do, in today's names."""
    plain: Words
    notes: tuple[Words, ...] = ()


class Team(Data, frozen=True, kw_only=True):
    """How the team screens together. Settings of the service, with where they come from."""

    claim_hours: Annotated[int, msgspec.Meta(ge=1, le=72)]
    """After so many hours without work on it a screening is free for others again."""
    second_screening_percent: Annotated[int, msgspec.Meta(ge=0, le=100)]
    """How many of a hundred referrals a second clinician screens too, without seeing the first one's work."""
    source: Words


class Statement(Data, frozen=True, kw_only=True):
    """Something the page tells readers about the service that is not a criterion."""

    id: Id
    topic: Literal["how_to_be_referred", "what_to_consider", "can", "cannot", "after_referral", "not_now"]
    published: tuple[Words, ...]
    plain: Words


class Questionnaire(Data, frozen=True, kw_only=True):
    """The step in which the team asks the patient to fill in a questionnaire. Its questions are files of their own."""

    id: Id
    name: Words
    published: tuple[Words, ...] = ()
    plain: Words
    """What it is and what it is for."""
    plain_help: Words
    """That help to fill it in exists, and that silence does not close the case."""
    forms: tuple[Id, ...] = ()
    """The questionnaires that are answered, one after the other: files of `questionnaires/`, without `.json`."""
    source: Words


class Way(Data, frozen=True, kw_only=True):
    """One way to reach a signposted service."""

    kind: Literal["phone", "text", "email", "web", "self_referral", "through_gp", "in_person"]
    value: Words | None = None
    """The number or address; absent when the service has to fill it in or when there is none."""
    plain: Words


class Signpost(Data, frozen=True, kw_only=True):
    """A service or resource that a patient or a referrer may be pointed to."""

    id: Id
    kind: Literal["service", "self_help", "crisis", "emergency"]
    name: Words
    """Its name for clinicians."""
    plain_kind: Words | None = None
    """What it is: a charity, an NHS service, a booklet. Asked of every author; older versions do not have it."""
    plain_reading: Words | None = None
    """How hard it is to read, or that one does not have to read. Asked of every author too."""
    plain_name: Words
    plain: Words
    """What it does for the person."""
    plain_signs: tuple[Words, ...] = ()
    """Of the emergency services: what tells that somebody needs them at once. Stands after `plain`, a sentence each."""
    ways: tuple[Way, ...]
    criteria: tuple[Id, ...] = ()
    """Criteria it serves."""
    localities: tuple[Id, ...] = ()
    """Localities it serves; empty means all."""
    languages: tuple[Words, ...] = ()
    """In which it can be had, as far as the last check saw."""
    formats: tuple[Words, ...] = ()
    """In which it comes: on the phone, as a booklet, in large print."""
    topics: tuple[Id, ...] = ()
    """What it is about, of the topics of the patients' pages."""
    without_speaking: bool = False
    """It needs no voice: people text, type or sign."""
    without_internet: bool | None = None
    """Whether it can be used without the internet; absent when nobody has found out."""
    published: tuple[Words, ...] = ()
    owner: Words
    """Who in the service keeps this entry right."""
    last_checked: date
    checked_against: Words
    """What it was checked against on that day."""
    notes: tuple[Words, ...] = ()


class Speaker(Data, frozen=True, kw_only=True):
    """A person heard in a podcast."""

    name: Words
    role: Words
    organisation: Words | None = None


class Chapter(Data, frozen=True, kw_only=True):
    """Where in a recording something is spoken about."""

    minute: Annotated[int, msgspec.Meta(ge=0)]
    criteria: tuple[Id, ...]


class Podcast(Data, frozen=True, kw_only=True):
    """A recording for practitioners."""

    heading: Words
    title: Words
    speakers: tuple[Speaker, ...]
    about: tuple[Words, ...]
    """The page's description of it."""
    link_words: Words
    published: Words
    """The month given on the page."""
    link: Words | None = None
    """Address of the recording: a setting of the service, since the page's text does not hold it."""
    chapters: tuple[Chapter, ...] = ()
    """A setting too: nobody who writes a pathway has to have listened to it."""


class Tool(Data, frozen=True, kw_only=True):
    """One accessibility tool that our pages offer."""

    id: Id
    plain_name: Words
    plain: Words


class Accessibility(Data, frozen=True, kw_only=True):
    """The page's promise of accessibility tools."""

    published: tuple[Words, ...]
    tools: tuple[Tool, ...]
