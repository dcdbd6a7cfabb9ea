"""Sending in: a referrer's draft becomes a referral in `received`. Sent twice, it is the same referral.

The patient stays unset until a person of the team registers it (docs/decisions/0003): whether somebody with this name
or number is known here must not leak to whoever types one in.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from painpath import clock, screening
from painpath.accounts import audit
from painpath.accounts.models import Membership
from painpath.directory.models import Referrer
from painpath.documents.model import DocumentText, Page
from painpath.pathway import Pathway
from painpath.referrals import tasks
from painpath.referrals.arriving.filing import File, store_files
from painpath.referrals.arriving.receiving import make_received
from painpath.referrals.models import OnlineReferral, Referral, ReferralDraft
from painpath.referrals.referring.draft_contents import CONSENT, HOW, NEEDS, Contents, answers_text
from painpath.referrals.referring.drafting_online import check_refer, contents, lock_draft
from painpath.referrals.refusal import Refused
from painpath.referrals.theirs import theirs

ANSWERS_FILE = "Answers given online.txt"
SAME_WITHIN = timedelta(days=30)
"""How far back the same words about the same patient count as the same referral. A setting of ours: as long as a draft
is kept, so that an old tab that is sent late is still recognised."""


class SentBefore(Refused):
    """The same referral was sent before, through another draft; sending it all the same is possible."""

    def __init__(self, earlier: Referral) -> None:
        super().__init__(
            f"You have sent this referral already: the reference is {earlier.reference}. If this is another one, "
            "confirm that and send it."
        )
        self.earlier = earlier


def check_send(draft: Contents) -> None:
    """Raise `Refused` when nobody could tell whom the referral is about. Every other gap may be sent."""
    if not draft.files and not str(draft.patient.get("family_name", "")).strip():
        raise Refused("Add the letter, or enter the patient's family name: else nobody can tell whom this is about.")


def sent_before(draft: Contents, *, by: Membership) -> Referral | None:
    """The referral that this person sent within `SAME_WITHIN` about a patient with the same name and date of birth,
    with one of the same files or the same answers; the latest, None when there is none."""
    since = clock.now() - SAME_WITHIN
    person, files = _person(draft.patient), {file.sha256 for file in draft.files}
    sent = OnlineReferral.objects.filter(service_id=by.service_id, sent_by=by, sent_at__gte=since)
    for online in sent.select_related("referral").order_by("-sent_at", "-pk"):
        if _person(online.patient) != person:
            continue
        filed = set(online.referral.documents.exclude(name=ANSWERS_FILE).values_list("sha256", flat=True))
        same_answers = online.answers == draft.answers and (bool(draft.answers) or not (files or filed))
        if files & filed or same_answers:
            return online.referral
    return None


def _person(patient: dict[str, Any]) -> tuple[str, ...]:
    names = ("given_name", "family_name", "date_of_birth")
    return tuple(" ".join(str(patient.get(name, "")).casefold().split()) for name in names)


@transaction.atomic
def send_online(*, draft: ReferralDraft, by: Membership, again: bool = False) -> Referral:
    """Send a draft: its files and answers are stored, it has a reference, an owner and a due date; reading starts after
    the commit. Sent twice, also at the same moment, it is one referral.

    Raises `SentBefore` when the same was sent through another draft, unless `again`; `Refused` with a sentence when it
    cannot be sent. Then nothing has changed.
    """
    draft = lock_draft(draft, by=by)
    if draft.referral_id is not None:
        return Referral.objects.get(pk=draft.referral_id)
    check_refer(by=by)
    # One sending of one person at a time, so that two drafts sent together are compared with each other as well.
    referrer = Referrer.objects.select_for_update(of=("self",), no_key=True).get(service_id=by.service_id, member=by)
    whole = contents(draft, by=by)
    check_send(whole)
    if not again and (earlier := sent_before(whole, by=by)) is not None:
        raise SentBefore(earlier)
    files = [File(file.name, bytes(file.content)) for file in draft.files.all()]
    if words := answers_text(whole):
        files.append(File(ANSWERS_FILE, words.encode()))
    referral = make_received(by=by, key=draft.key, files=len(files), sent_by=by, referrer=referrer)
    store_files(referral, files, by=by)
    online = OnlineReferral.objects.create(
        service_id=by.service_id, referral=referral, sent_by=by, sent_at=referral.received_at, patient=_patient(whole),
        details=_details(whole, referral.received_at), answers=whole.answers,
    )  # fmt: skip
    audit.record(by, "referral.send_online", referral, online=online.pk, answers=len(whole.answers), again=again)
    tasks.read_later(referral)
    draft.files.all().delete()  # what was sent is in the record, word for word: it is kept there and not twice
    draft.given, draft.referral, draft.changed_at = {}, referral, clock.now()
    draft.save(update_fields=["given", "referral", "changed_at"])
    return referral


def _patient(whole: Contents) -> dict[str, Any]:
    """The patient's details and needs, by the names that the registration has for them."""
    return dict(whole.patient) | whole.saved(NEEDS)


def _details(whole: Contents, sent: datetime) -> dict[str, Any]:
    route = whole.route
    return (
        whole.saved(HOW)
        | {"route": route.id if route else "", "ubrn": whole.ubrn}
        | whole.saved(CONSENT)
        | {
            "from_letter": sorted(whole.from_letter),
            "states": _states(whole.answers, whole.pathway, sent),
        }
    )


def _states(answers: dict[str, str], pathway: Pathway, sent: datetime) -> dict[str, str]:
    """What the reader finds in each answer alone about the criterion that was asked about. "Yes" says nothing."""
    today = sent.astimezone(clock.LONDON).date()
    return {
        name: screening.screen(_words(words), pathway, today=today).criterion(name).state.value
        for name, words in answers.items()
    }


def _words(text: str) -> DocumentText:
    return DocumentText(text=text, pages=(Page(1, 0, len(text)),), unread=(), media_type="text/plain")


@transaction.atomic
def open_receipt(reference: str, *, by: Membership) -> OnlineReferral:
    """What was sent under this reference, if it is theirs; the look is audited.

    Raises `OnlineReferral.DoesNotExist` also for somebody else's: nobody learns that it is there.
    """
    whole = OnlineReferral.objects.select_related("referral__pathway_version", "referral__referrer")
    online = whole.defer("referral__pathway_version__content").get(
        service_id=by.service_id, referral__reference=reference, referral__in=theirs(by)
    )
    audit.record(by, "referral.receipt", online.referral)
    return online
