"""What a draft of an online referral holds: what was typed, what its letter states, what is still asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import msgspec

from painpath import clock, documents, screening
from painpath.directory import finding
from painpath.directory.models import Practice
from painpath.documents.model import DocumentText
from painpath.pathway import Pathway
from painpath.pathway.criteria import Criterion
from painpath.pathway.model import Route
from painpath.reading import printed
from painpath.referrals.arriving.other_sources import BY_BIRTH, BY_DATES, BY_DIRECTORY
from painpath.referrals.arriving.reading_in import join
from painpath.referrals.arriving.stated import stated
from painpath.referrals.models import DraftFile, ReferralDraft, Transcript

PATIENT, HOW, ANSWERS, CONSENT, NEEDS = PARTS = ("patient", "how", "answers", "consent", "needs")
ASKED, EARLIER = "asked", "earlier"
"""Beside the answers: the words of each question when it was answered, and answers to words that are asked no more."""
"""The parts of a draft, each the page of one form; `ReferralDraft.given` has what was saved of each."""
OTHERS = "other_practitioner"
"""The kind of referrer whose routes are for whoever is of no kind that the directory knows."""


def routes_for(pathway: Pathway, kind: str) -> tuple[Route, ...]:
    """The routes by which a referrer of this kind may refer; an exceptional one only for those whom it is meant for."""
    own = tuple(route for route in pathway.routes if kind in route.referrers)
    return own or tuple(route for route in pathway.routes if OTHERS in route.referrers)


@dataclass(frozen=True)
class Contents:
    """A draft with its files read against the criteria. Nothing here is kept."""

    draft: ReferralDraft
    pathway: Pathway
    files: tuple[DraftFile, ...]
    kind: str
    """The kind of referrer, as the routes name it."""

    @cached_property
    def text(self) -> DocumentText:
        """All files as one text, as the record will read them."""
        return join([Transcript(text=file.text, pages=file.pages, unread=file.unread) for file in self.files]).text

    @cached_property
    def sheet(self) -> screening.Screening:
        """What the files say about each criterion, today."""
        return screening.screen(self.text, self.pathway, today=clock.today())

    @cached_property
    def dangers(self) -> tuple[screening.Alert, ...]:
        """What the files and the answers say that may not be able to wait for a referral. None found proves nothing."""
        if not (words := answers_text(self)):
            return self.sheet.alerts
        answers = screening.screen(documents.read(words.encode(), "answers.txt"), self.pathway, today=clock.today())
        return (*self.sheet.alerts, *answers.alerts)

    @cached_property
    def _stated(self) -> tuple[dict[str, Any], dict[str, str]]:
        return stated(msgspec.to_builtins(self.sheet.identifiers))

    @property
    def quotes(self) -> Mapping[str, str]:
        """The words of the letter, by the field that they fill."""
        return self._stated[1]

    @cached_property
    def offered(self) -> dict[str, str]:
        """What the letter states about the patient, as text; dates as YYYY-MM-DD."""
        return {name: _text(value) for name, value in self._stated[0].items() if value}

    def saved(self, part: str) -> dict[str, Any]:
        """What was saved of one part; empty when nothing was."""
        return dict(self.draft.given.get(part, {}))

    def is_saved(self, part: str) -> bool:
        """Whether somebody has been through the page of this part."""
        return part in self.draft.given

    @cached_property
    def patient(self) -> dict[str, str]:
        """The patient's details: as saved, else as the letter states them."""
        return self.saved(PATIENT) if self.is_saved(PATIENT) else dict(self.offered)

    @property
    def from_letter(self) -> frozenset[str]:
        """Details of the patient that stand as the letter states them, and that nobody has been through."""
        return frozenset() if self.is_saved(PATIENT) else frozenset(self.offered)

    @cached_property
    def routes(self) -> tuple[Route, ...]:
        return routes_for(self.pathway, self.kind)

    @property
    def route(self) -> Route | None:
        """The route that was chosen, or the only one that there is for this kind of referrer."""
        chosen = self.saved(HOW).get("route", "")
        found = next((route for route in self.routes if route.id == chosen), None)
        return found or (self.routes[0] if len(self.routes) == 1 else None)

    @property
    def ubrn(self) -> str:
        """As saved, else as the letter states it."""
        return str(self.saved(HOW).get("ubrn", "") if self.is_saved(HOW) else self.offered.get("ubrn", ""))

    @cached_property
    def answers(self) -> dict[str, str]:
        """The words given to the questions, by criterion, in the order of the page: to those that are asked so now. A
        "No" to what was asked before may say the opposite of what is meant."""
        given, asked = self.saved(ANSWERS), self.saved(ASKED)
        return {
            one.id: given[one.id] for one in self.pathway.criteria
            if str(given.get(one.id, "")).strip() and asked.get(one.id, one.question) == one.question
        }  # fmt: skip

    @cached_property
    def earlier(self) -> list[tuple[str, str]]:
        """Questions as they were asked before what is published changed, each with the words that were given to it."""
        given, asked = self.saved(ANSWERS), self.saved(ASKED)
        kept = [(str(one), str(words)) for one, words in self.draft.given.get(EARLIER, [])]
        return kept + [
            (str(asked[name]), str(words)) for name, words in given.items()
            if name in asked and name not in self.answers and str(words).strip()
        ]  # fmt: skip

    @property
    def before(self) -> dict[str, tuple[str, str]]:
        """By criterion on the page that is asked in other words now: the question that was read, and the answer."""
        given, asked, names = self.saved(ANSWERS), self.saved(ASKED), {one.id for one in (*self.asked, *self.said)}
        return {
            name: (str(asked[name]), str(words)) for name, words in given.items()
            if name in names and name in asked and name not in self.answers and str(words).strip()
        }  # fmt: skip

    @cached_property
    def said(self) -> tuple[Criterion, ...]:
        """Criteria about which the letter says something: nobody is asked them again."""
        return tuple(one for one in self._for_referrers if self.sheet.criterion(one.id).state != "not_stated")

    @cached_property
    def asked(self) -> tuple[Criterion, ...]:
        """Criteria about which the letter says nothing, and no other page of the draft either."""
        settled = set(BY_BIRTH) if self.patient.get("date_of_birth") else set()
        consent = self.saved(CONSENT)
        if consent.get("consented_on") and consent.get("information_given_on"):
            settled.add(BY_DATES)
        if self._contract_is_known:
            settled.add(BY_DIRECTORY)
        said = {one.id for one in self.said}
        return tuple(one for one in self._for_referrers if one.id not in said | settled)

    @property
    def _contract_is_known(self) -> bool:
        """Whether the directory says of the patient's practice if it has a contract today: then nobody is asked."""
        name = self.patient.get("practice_name", "")
        practices = Practice.objects.filter(service_id=self.draft.service_id)
        practice = finding.find(practices, name).practice if name else None
        return practice is not None and practice.contract_on(clock.today()) is not None

    @property
    def _for_referrers(self) -> tuple[Criterion, ...]:
        return tuple(one for one in self.pathway.criteria if one.is_asked_of_referrers)

    @property
    def unanswered(self) -> tuple[Criterion, ...]:
        """Asked, and left open. It never stops a referral."""
        return tuple(one for one in self.asked if one.id not in self.answers)

    @property
    def unread(self) -> tuple[DraftFile, ...]:
        """Files that the program could not read, or not whole."""
        return tuple(file for file in self.files if file.problem or file.unread)


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def answers_text(contents: Contents) -> str:
    """The questions that were answered, each with its answer, as a document for the record; empty when none was.

    What we print is known again by the reader (`reading.printed`), so only the referrer's words speak.
    """
    asked = [(c.question, contents.answers.get(c.id, "")) for c in contents.pathway.criteria]
    parts = printed.answered((*asked, *contents.earlier))
    circumstances = str(contents.saved(HOW).get("circumstances", "")).strip()
    if contents.route is not None and "circumstances" in contents.route.needs and circumstances:
        parts.append(f"Why this route is used:\n{circumstances}")
    if not parts and contents.files:
        return ""
    first = "Answers given online" if contents.files or parts else "Sent online without a letter"
    return "\n\n".join([first, *parts]) + "\n"
