"""A site's own questionnaires: uploaded, looked at, licensed where the instrument is restricted, published, ended.

Nobody is asked one before a manager has published it. Answers stay with the version that they were given to, for ever.
"""

import json
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Q

from painpath import clock, questionnaires
from painpath.accounts import audit
from painpath.accounts.models import Membership, Service
from painpath.accounts.roles import MANAGER
from painpath.pathway import Pathway
from painpath.questionnaires import Fault, Questionnaire, QuestionnaireError, expression_faults
from painpath.referrals import pathways
from painpath.referrals.models import QuestionnaireLicence, QuestionnaireVersion, RotaEntry, SiteQuestionnaire
from painpath.referrals.models.together import WEEKDAYS
from painpath.referrals.moves import check_current
from painpath.referrals.questionnaires import library
from painpath.referrals.refusal import Refused

MOST_BYTES = 1_000_000
"""Of a file: the largest published instruments have some hundred kilobytes."""
RIGHTS = {
    "bundled": "May be given to everybody, with its notice",
    "conditional": "May be used on conditions of its owner",
    "local": "Restricted: only under a licence of this site",
}
NO_SELF_HARM = "No question asks about death or self-harm, or each one that does is marked as a question about safety."
"""What a manager says on publishing: the program knows such questions by their code and their usual words alone."""
LOCAL = "local"
"""The rights of an instrument that a site uses only under a licence of its own."""


class NotUsable(Refused):
    """A file is no questionnaire that can be used. `faults` say what is wrong and where, all of it."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(
            f"This file cannot be used yet: {len(faults)} {'thing' if len(faults) == 1 else 'things'} to mend. Nothing "
            "was stored."
        )
        self.faults = faults


def check_manage(*, by: Membership) -> None:
    """Raise `Refused` unless `by` may bring in and publish questionnaires."""
    check_current(by)
    if by.role != MANAGER:
        raise Refused("Only a manager can bring in and publish questionnaires.")


def read(content: bytes) -> Questionnaire:
    """The questionnaire in this file, checked whole. Raises `NotUsable` with every fault and its place."""
    if len(content) > MOST_BYTES:
        raise NotUsable((Fault("file", "It is larger than 1 MB. Take out pictures and what is not asked."),))
    try:
        found = questionnaires.parse(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise NotUsable((Fault("file", "It is not text in UTF-8. Save it as a JSON file again."),)) from None
    except QuestionnaireError as error:
        raise NotUsable(error.faults) from None
    if faults := (*expression_faults(found), *questionnaires.unguarded(found)):
        raise NotUsable(faults)
    return found


@transaction.atomic
def upload(*, content: bytes, by: Membership, rights: str = "") -> SiteQuestionnaire:
    """Store a FHIR Questionnaire. Nobody is asked it before it is published; the same file twice is one.

    `rights` is the manager's word where the file says nothing; what the file says counts. A file with another content
    under the same name is its next version. Raises `NotUsable`, `Refused`.
    """
    check_manage(by=by)
    form = read(content)
    rights = LOCAL if _is_restricted(form, by.service) else form.rights or rights
    if rights not in RIGHTS:
        raise Refused("The file does not say whose questionnaire this is. Choose it on this page.")
    if not form.id:
        raise NotUsable((Fault("Questionnaire.id", "Give it an id: small letters, digits and hyphens."),))
    if form.skeleton:
        raise NotUsable(
            (Fault("Questionnaire", "It has no questions of the instrument yet. Fill them in under your licence."),)
        )
    version = library.keep(by.service, form.id[:60], content.decode("utf-8-sig"))
    known = SiteQuestionnaire.objects.filter(version=version).first()
    if known is not None:
        return known
    row = SiteQuestionnaire.objects.create(
        service_id=by.service_id, version=version, title=form.title[:200] or form.id, rights=rights,
        uploaded_by=by, uploaded_at=clock.now(),
    )  # fmt: skip
    audit.record(by, "questionnaire.upload", row, name=version.name, version=version.label)
    return row


def _is_restricted(form: Questionnaire, service: Service) -> bool:
    """Whether the pathway knows this instrument as one that needs a licence, whatever the file says of itself."""
    pathway, _ = pathways.in_force(service)
    known = [questionnaires.parse(one.text) for one in pathway.forms]
    return any(one.rights == LOCAL and (one.id == form.id or one.url == form.url) for one in known)


@transaction.atomic
def add_licence(
    *, name: str, by: Membership, holder: str, words: str, valid_until: date | None = None, file_name: str = "",
    content: bytes = b"",
) -> QuestionnaireLicence:  # fmt: skip
    """Record that this site may use an instrument: who gave the licence, its reference and terms, until when."""
    check_manage(by=by)
    holder, words = " ".join(holder.split()), words.strip()
    if not holder or not words:
        raise Refused("Say who gave the licence, and its reference and terms.")
    if valid_until is not None and valid_until < clock.today():
        raise Refused("This licence has run out. Ask for a new one before the questionnaire is used.")
    last = QuestionnaireLicence.objects.filter(service_id=by.service_id, name=name).last()
    if last is not None and (last.holder, last.words, last.valid_until) == (holder, words, valid_until):
        return last
    row = QuestionnaireLicence.objects.create(
        service_id=by.service_id, name=name, holder=holder, words=words, valid_until=valid_until,
        file_name=file_name[:255], content=content, by=by, at=clock.now(),
    )  # fmt: skip
    audit.record(by, "questionnaire.licence", row, name=name)
    return row


def licence_of(service: Service, name: str) -> QuestionnaireLicence | None:
    """The licence that holds today for an instrument; None when there is none, or it has run out."""
    today = clock.today()
    rows = QuestionnaireLicence.objects.filter(service_id=service.pk, name=name)
    return rows.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=today)).last()


def needs_licence(row: SiteQuestionnaire) -> bool:
    """Whether this is restricted and no licence of the site holds today."""
    return row.rights == LOCAL and licence_of(row.service, row.version.name) is None


def asks_about_safety(form: Questionnaire) -> bool:
    """Whether an answer in it may have to be read the same day."""
    return any(item.safety is not None for item in form.walk())


def check_publish(row: SiteQuestionnaire, pathway: Pathway, *, by: Membership) -> None:
    """Raise `Refused` unless this may be offered now: its rights, its licence, and who reads answers about safety."""
    check_manage(by=by)
    if row.ended_at is not None:
        raise Refused("This version was ended. Upload it again with a new version.")
    form = library.parsed(row.version)
    if needs_licence(row):
        raise Refused(
            f"“{row.title}” is restricted: it may be used only under a licence of this site. Record the licence first: "
            "from whom, its reference, and until when."
        )
    if faults := questionnaires.unguarded(form):  # stored before this was looked for
        raise Refused(f"“{row.title}” cannot be published. {faults[0].sentence} Then upload it again.")
    if asks_about_safety(form):
        _check_safety(row, pathway)


def _check_safety(row: SiteQuestionnaire, pathway: Pathway) -> None:
    if pathway.safety is None:
        raise Refused(
            f"“{row.title}” has a question whose answer must be read the same day. The pathway does not say who reads "
            "it and what people are told out of hours: have that written first."
        )
    today = clock.today()
    rows = RotaEntry.objects.filter(service_id=row.service_id).filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today))
    on_duty = set(rows.values_list("weekday", flat=True))
    if not on_duty.issuperset(range(len(WEEKDAYS))):
        raise Refused(
            f"“{row.title}” has a question whose answer must be read the same day, and the duty rota has days without "
            "anybody. Fill the rota for every working day first."
        )


@transaction.atomic
def publish(*, row: SiteQuestionnaire, pathway: Pathway, by: Membership, looked: bool) -> SiteQuestionnaire:
    """Offer it to clinicians from now on. A published older version of the same name ends with that. Twice is once.

    `looked`: `by` says that they looked, and that `NO_SELF_HARM` is so; without it nothing is published.
    """
    row = SiteQuestionnaire.objects.select_for_update(of=("self",)).select_related("version", "service").get(pk=row.pk)
    if row.published_at is not None and row.ended_at is None:
        return row
    check_publish(row, pathway, by=by)
    if not looked:
        raise Refused(f"Look through every question first, then tick: {NO_SELF_HARM}")
    older = SiteQuestionnaire.objects.select_for_update(of=("self",)).filter(
        service_id=row.service_id, version__name=row.version.name, published_at__isnull=False, ended_at__isnull=True
    )
    for one in older:
        _end(one, by)
    row.published_by, row.published_at = by, clock.now()
    row.save(update_fields=["published_by", "published_at"])
    audit.record(
        by, "questionnaire.publish", row, name=row.version.name, version=row.version.label, said=NO_SELF_HARM
    )  # fmt: skip
    return row


@transaction.atomic
def end(*, row: SiteQuestionnaire, by: Membership) -> None:
    """Offer it no more. Whoever was asked it can still answer. Twice is once."""
    check_manage(by=by)
    row = SiteQuestionnaire.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if row.ended_at is None:
        _end(row, by)


def _end(row: SiteQuestionnaire, by: Membership) -> None:
    row.ended_by, row.ended_at = by, clock.now()
    row.save(update_fields=["ended_by", "ended_at"])
    audit.record(by, "questionnaire.end", row)


@dataclass(frozen=True)
class Shipped:
    """A questionnaire that comes with the pathway; `offered_as` are the steps by which it is sent, in their names."""

    form: Questionnaire
    offered_as: tuple[str, ...]


def shipped(pathway: Pathway) -> list[Shipped]:
    """What comes with the pathway, by title."""
    found = []
    for one in pathway.forms:
        form = questionnaires.parse(one.text)
        steps = tuple(step.name for step in pathway.questionnaires if one.id in step.forms)
        found.append(Shipped(form, steps))
    return sorted(found, key=lambda each: each.form.title.casefold())


def own(service: Service) -> list[SiteQuestionnaire]:
    """What the site has brought in: the newest of each title first."""
    rows = SiteQuestionnaire.objects.filter(service_id=service.pk)
    return list(rows.select_related("version", "uploaded_by__user", "published_by__user", "ended_by__user"))


def as_file(version: QuestionnaireVersion) -> bytes:
    """The file as it was stored, to take it elsewhere."""
    return json.dumps(json.loads(version.content), ensure_ascii=False, indent=2).encode()
