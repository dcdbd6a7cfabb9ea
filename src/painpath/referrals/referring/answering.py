"""Whoever referred, or the patient, answers what the team asked them, item by item, where it was asked.

What they write is filed as a document of their own words alone, read and screened like the letter: our questions are
not in it, or they would be read as if they had said them. What is not answered stays named. A referrer's words stand
in the conversation too; a patient's never do, for the referrer reads it.
"""

from collections.abc import Mapping, Sequence

from django.db import transaction

from painpath import clock, screening
from painpath.accounts import audit
from painpath.accounts.audit import Actor
from painpath.accounts.roles import PATIENT
from painpath.documents import DocumentText, Page
from painpath.referrals import pathways
from painpath.referrals.arriving.filing import File
from painpath.referrals.arriving.receiving import add_documents
from painpath.referrals.decisions.asking import record_reply
from painpath.referrals.guidance.conversation import record_words
from painpath.referrals.models import InformationRequest, Referral
from painpath.referrals.moves import check_move, lock
from painpath.referrals.refusal import Refused
from painpath.referrals.theirs import check_may_read

OF_THE_PATIENT, FOR_THE_PATIENT = "Answers of the patient", "Answers for the patient"
"""How the document with a patient's own words is called."""


def asked_of_referrer(referral: Referral) -> InformationRequest | None:
    """What the referrer is asked now; None when nothing is."""
    return referral.requests.filter(of="referrer", closed_at__isnull=True).first()


def asked_of_patient(referral: Referral) -> InformationRequest | None:
    """The questions that the patient is asked now, without a questionnaire; None when there are none."""
    return referral.requests.filter(of="patient", closed_at__isnull=True, questionnaire="").first()


def unanswered(request: InformationRequest) -> dict[int, str]:
    """The questions that have no answer yet, by their place in the request."""
    return {number: item["words"] for number, item in enumerate(request.items) if not item.get("answer")}


def check_answer(request: InformationRequest, *, by: Actor) -> None:
    """Raise `Refused` unless `by` may answer this request, and somebody waits for it."""
    check_may_read(request.referral, by=by)
    if by.role == PATIENT and (request.of != "patient" or request.closed_at is not None or request.questionnaire):
        raise Refused(
            "We do not wait for this answer any more. Nothing is wrong. If you have more to tell us, choose “Something "
            "has changed”."
        )
    if by.role != PATIENT and (request.of != "referrer" or request.closed_at is not None):
        raise Refused(
            "Nobody waits for this answer any more: it has come, or is not needed. If you have more to say, write a "
            "message, or tell us that something has changed."
        )
    check_move("record_reply", request.referral, by=by)


@transaction.atomic
def answer(
    *, request: InformationRequest, by: Actor, answers: Mapping[int, str], files: Sequence[File] = (),
    more_follows: bool = False, said_by: str = "",
) -> InformationRequest:  # fmt: skip
    """Answer some or all of what was asked: `answers` by the place of the question, blank where there is none.
    `said_by` names who answers for the patient, where somebody does.

    The referral goes back to a clinician, with what is not answered named; with `more_follows` it goes on waiting for
    the rest, while what has come is there already. Sent twice, it is recorded once. Raises `Refused`, and then nothing
    has changed.
    """
    referral = lock(request.referral)
    request = InformationRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    request.referral = referral
    check_may_read(referral, by=by)
    given = {number: words.strip() for number, words in sorted(answers.items()) if words.strip()}
    if given and not files and _stands_there(request, given):
        return request
    check_answer(request, by=by)
    open_items = unanswered(request)
    if set(given) - set(open_items):
        raise Refused("One of these questions has been answered already. Open the page again to see it.")
    nothing_new = not given and not files
    if nothing_new and (more_follows or len(open_items) == len(request.items)):
        raise Refused("Answer at least one question, or add a file.")
    for number, words in given.items():
        request.items[number] |= {"answer": words} | ({"said_by": said_by} if said_by else {})
        if by.role == PATIENT and (criterion := request.items[number].get("criterion")):
            request.items[number]["state"] = _state(referral, criterion, words)
    request.save(update_fields=["items"])
    audit.record(by, "request.answer", request, answered=len(given), left=len(unanswered(request)))
    if not nothing_new and by.role == PATIENT:
        whose = f"{FOR_THE_PATIENT}, {said_by}" if said_by else OF_THE_PATIENT
        name = f"{whose[:200]}, {clock.today().day} {clock.today():%B %Y}.txt"
        add_documents(referral=referral, by=by, files=[File(name, _numbered(given).encode())], also_ended=True)
    elif not nothing_new:
        record_words(
            referral, by, _numbered(given), clock.today(), files,
            question=_numbered({number: open_items[number] for number in given}),
        )  # fmt: skip
    if not more_follows:
        record_reply(
            referral=referral, by=by, reason=in_words(request) + (f"\n\n({said_by})" if said_by else ""), of=request.of
        )
    return request


def _state(referral: Referral, criterion: str, words: str) -> str:
    """What the reader finds in this answer alone about what was asked. "Yes" says nothing."""
    text = DocumentText(text=words, pages=(Page(1, 0, len(words)),), unread=(), media_type="text/plain")
    read = screening.screen(text, pathways.of(referral.pathway_version), today=clock.today())
    return read.criterion(criterion).state.value


def in_words(request: InformationRequest) -> str:
    """Everything that was asked with what was answered; what was not is named."""
    lines = [f"Asked: {item['words']}\nAnswered: {item['answer']}" for item in request.items if item.get("answer")]
    left = list(unanswered(request).values())
    if not lines:
        lines.append("Files were sent.")
    return "\n\n".join(lines + [f"Not answered: {words}" for words in left])


def _numbered(texts: Mapping[int, str]) -> str:
    if len(texts) < 2:
        return "".join(texts.values())
    return "\n\n".join(f"{number + 1}. {words}" for number, words in texts.items())


def _stands_there(request: InformationRequest, given: Mapping[int, str]) -> bool:
    """Whether exactly this was answered before: a double click, or a page sent again."""
    return all(
        number < len(request.items) and request.items[number].get("answer") == words for number, words in given.items()
    )
