"""Which questionnaires may be sent, and each of them exactly as it was when it was first used.

What is sent is a step of the pathway with its forms, or one questionnaire of the site's own that is published.
"""

import hashlib
import json
from dataclasses import dataclass

from painpath import questionnaires
from painpath.accounts.models import Service
from painpath.pathway import Pathway
from painpath.questionnaires import Questionnaire
from painpath.referrals import pathways
from painpath.referrals.models import InformationRequest, QuestionnaireVersion, SiteQuestionnaire
from painpath.referrals.refusal import Refused

OWN = "own-"
"""What the id of a site's own questionnaire begins with; its row's number follows, so that the version is pinned."""


@dataclass(frozen=True)
class Offered:
    """Something that may be sent to a patient. `id` is what a decision and a request keep as `questionnaire`."""

    id: str
    name: str
    plain: str
    """What it is for, to the patient."""
    plain_help: str
    """That help to fill it in exists, and that silence does not close the case."""
    forms: tuple[str, ...]
    """What `version_of` takes, in the order in which they are answered."""


def offered(service: Service, pathway: Pathway) -> tuple[Offered, ...]:
    """Everything that may be sent now: the steps of the pathway, then the site's published ones.

    A step without forms is one on paper of the service's own: it can be sent, and is answered by whoever it went to.
    """
    steps = (Offered(one.id, one.name, one.plain, one.plain_help, one.forms) for one in pathway.questionnaires)
    return (*steps, *(_own(row, pathway) for row in _published(service)))


def find(service: Service, pathway: Pathway, wanted: str) -> Offered:
    """What was sent under this id, also when it is offered no more. KeyError when there never was such a thing."""
    if wanted.startswith(OWN) and wanted.removeprefix(OWN).isdigit():
        row = SiteQuestionnaire.objects.filter(service_id=service.pk, pk=int(wanted.removeprefix(OWN))).first()
        if row is None:
            raise KeyError(wanted)
        return _own(row, pathway)
    for step in pathway.questionnaires:
        if step.id == wanted:
            return Offered(step.id, step.name, step.plain, step.plain_help, step.forms)
    raise KeyError(wanted)


def version_of(service: Service, pathway: Pathway, form_id: str) -> QuestionnaireVersion:
    """The form as this pathway has it, kept for ever from its first use; or a site's own. KeyError for neither."""
    if form_id.startswith(OWN) and form_id.removeprefix(OWN).isdigit():
        row = SiteQuestionnaire.objects.filter(service_id=service.pk, pk=int(form_id.removeprefix(OWN)))
        own = row.select_related("version").first()
        if own is None:
            raise KeyError(form_id)
        return own.version
    return keep(service, form_id, pathway.form(form_id).text)


def keep(service: Service, name: str, text: str) -> QuestionnaireVersion:
    """The row of this content, made at first use. The same content under one name is one row."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    kept, _ = QuestionnaireVersion.objects.get_or_create(
        service=service, name=name, digest=digest, defaults={"label": _label(text), "content": text}
    )
    return kept


def parsed(version: QuestionnaireVersion) -> Questionnaire:
    """The questionnaire of this version, read once a process."""
    if version.digest not in _parsed:
        _parsed[version.digest] = questionnaires.parse(version.content)
    return _parsed[version.digest]


_parsed: dict[str, Questionnaire] = {}
"""By digest: few, frozen, and slow to read and check."""


def forms_of(request: InformationRequest) -> tuple[QuestionnaireVersion, ...]:
    """The questionnaires of this request, in order: what somebody has begun stays as it was; empty when none was sent,
    or when what was sent has no forms (paper of the service's own)."""
    if not request.questionnaire:
        return ()
    service, pathway = request.service, pathways.of(request.referral.pathway_version)
    try:
        wanted = find(service, pathway, request.questionnaire).forms
    except KeyError:
        return ()
    begun = {row.questionnaire.name: row.questionnaire for row in request.answerings.select_related("questionnaire")}
    found = []
    for form in wanted:
        if form in begun:
            found.append(begun[form])
            continue
        version = version_of(service, pathway, form)
        found.append(begun.get(version.name, version))
    return tuple(found)


def check_offered(service: Service, pathway: Pathway, wanted: str) -> Offered:
    """What is offered under this id now. Raises `Refused` when it is not."""
    found = {one.id: one for one in offered(service, pathway)}
    if wanted not in found:
        raise Refused("This questionnaire is not offered any more. Choose another one.")
    return found[wanted]


def _published(service: Service) -> list[SiteQuestionnaire]:
    rows = SiteQuestionnaire.objects.filter(
        service_id=service.pk, published_at__isnull=False, ended_at__isnull=True
    ).select_related("version")
    return list(rows.order_by("title", "pk"))


def _own(row: SiteQuestionnaire, pathway: Pathway) -> Offered:
    """The words about help are those of the pathway's first step: they are about the service, not about the form."""
    first = pathway.questionnaires[0] if pathway.questionnaires else None
    about = parsed(row.version).description.strip() or (first.plain if first else "")
    return Offered(f"{OWN}{row.pk}", row.title, about, first.plain_help if first else "", (f"{OWN}{row.pk}",))


def _label(text: str) -> str:
    try:
        return str(json.loads(text).get("version", ""))[:40]
    except (ValueError, AttributeError):
        return ""
