"""The referral's pages put together: the frame that all share, and the screening page."""

from collections.abc import Sequence
from typing import Any

from django.http import QueryDict

from painpath import clock
from painpath.accounts.models import Membership
from painpath.letters.wording import nhs_number, ubrn
from painpath.pathway import Pathway
from painpath.referrals import pathways
from painpath.referrals.arriving.other_sources import of_the_patient, other_sources
from painpath.referrals.decisions import decision_rules
from painpath.referrals.models import Alert, ClauseState, Document, Evidence, Judgement, Referral, ScreeningRun
from painpath.referrals.refusal import Refused
from painpath.referrals.sheet import judging
from painpath.referrals.transitions import STAFF, State, working_days_between
from painpath.referrals.unsettled import is_run_of
from painpath.triage.forms import ActOnAlert, Judge
from painpath.triage.presenters import filing, following, sent_online
from painpath.triage.presenters.added import added_words, shown
from painpath.triage.presenters.answers import others_beside
from painpath.triage.presenters.beside import beside
from painpath.triage.presenters.buttons import buttons
from painpath.triage.presenters.changes import on_referral
from painpath.triage.presenters.contacts import contact_facts
from painpath.triage.presenters.letter import mark
from painpath.triage.presenters.needs import banner
from painpath.triage.presenters.referrers import sender
from painpath.triage.presenters.rights import disagreements
from painpath.triage.presenters.sheet import sheet, states_of
from painpath.triage.presenters.tabs import tabs
from painpath.triage.presenters.words import day, moment, person, plural, state_words
from painpath.triage.presenters.worklist_rows import screened_by
from painpath.web.clauses import ALERTS, CERTAINTY
from painpath.web.places import Place, place_of
from painpath.web.shapes import Shapes, shapes


def frame(referral: Referral, by: Membership) -> dict[str, Any]:
    """What stands at the top of every page of a referral: who, where it stands, what can be done, what must be seen."""
    pathway = pathways.of(referral.pathway_version)
    localities = {item.id: item.name for item in pathway.localities}
    routes = {route.id: route.name for route in pathway.routes}
    patient, today = referral.patient, clock.today()
    age = patient.age_on(today) if patient else None
    return {
        "referral": referral,
        "title": patient.name if patient else "Not registered yet",
        "restricted": referral.restricted,
        "reference": referral.reference,
        "state": state_words(referral),
        "unverified": sent_online.UNVERIFIED if sent_online.is_unverified(referral) else "",
        "facts": [
            (label, value)
            for label, value in (
                ("Date of birth", f"{day(patient.date_of_birth)} ({age} years)" if patient and age is not None else ""),
                ("NHS number", (nhs_number(patient.nhs_number) or "Not known") if patient else ""),
                ("Route", routes.get(referral.route, "")),
                ("UBRN", ubrn(referral.ubrn)),
                ("Exceptional circumstances", referral.circumstances),
                ("Locality", localities.get(referral.locality, "Not known")),
                ("Referred by", ", ".join(p for p in _referrer(referral) if p)),
                ("Sent by", sender(referral)),
                ("Practice", referral.practice.name if referral.practice else ""),
                *sent_online.facts(referral, pathway),
                ("Received", _received(referral)),
                *contact_facts(referral),
                ("With", screened_by(referral) or referral.owner_label),
                ("Next look by", day(referral.due_on)),
                ("Follows", referral.follows.reference if referral.follows else ""),
                *following.facts(referral, pathway),
            )
            if value
        ],
        "needs": banner(referral, by),
        "following": following.following(referral, by),
        "buttons": buttons(referral, by),
        "nav": tabs(referral, by, pathway),
        "disagreements": disagreements(referral),
    }


def _referrer(referral: Referral) -> tuple[str, str]:
    referrer = referral.referrer
    return (referrer.name, referrer.profession) if referrer else ("", "")


def _received(referral: Referral) -> str:
    received = referral.received_at.astimezone(clock.LONDON).date()
    waited = working_days_between(received, clock.today())
    return f"{day(received)}, {plural(waited, 'working day')} ago" if waited else day(received)


def _kept(run: ScreeningRun, pathway: Pathway) -> dict[str, str]:
    """What the reading said of what the page ties together; a page that ties nothing asks the database nothing."""
    return dict(run.combinations.values_list("combination", "state")) if pathway.combinations else {}


def _place(referral: Referral, pathway: Pathway) -> Place | None:
    """Whether the patient is of the area, where the page names one; what is not known asks the database nothing."""
    contract = None
    if referral.practice and pathway.catchment and pathway.catchment.practices:
        contract = referral.practice.contract_on(referral.received_at.astimezone(clock.LONDON).date())
    return place_of(
        pathway, postcode=referral.patient.postcode if referral.patient else "",
        practice=referral.practice.name if referral.practice else "",
        contracted=contract.contracted if contract else None,
    )  # fmt: skip


def screening_page(referral: Referral, by: Membership) -> dict[str, Any]:
    """Everything on the screening page. The number of queries does not depend on how much the letters hold."""
    pathway = pathways.of(referral.pathway_version)
    names = {criterion.id: criterion.name for criterion in pathway.criteria}
    documents = list(referral.documents.current().defer("content").prefetch_related("transcripts"))
    run = referral.last_screening()
    clauses = list(ClauseState.objects.filter(run=run)) if run else []
    evidence = list(Evidence.objects.filter(clause__run=run).select_related("clause")) if run else []
    shown_alerts = Alert.objects.filter(referral=referral, transcript__document__quarantine__isnull=True)
    alerts = [] if referral.lacks("alert") else list(shown_alerts.select_related("action__by__user"))
    judged = Judgement.objects.filter(referral=referral).select_related("by__user")
    judgements = [] if referral.lacks("judgement") else list(judged)
    added = shown(referral, documents)
    marked = mark(documents, evidence, alerts, names, added)
    others = [*other_sources(referral), *of_the_patient(referral), *others_beside(referral)]
    groups = sheet(
        pathway, clauses, evidence, marked.evidence, judgements, others, run.pk, by=by,
        route=referral.route, added=added_words(added, marked.added, by),
    ) if run else ()  # fmt: skip
    can_judge = judging.can_judge(referral, by=by)
    context = frame(referral, by) | beside(referral, by, pathway, groups) | {
        "documents": marked.documents,
        "being_read": bool(documents) and not is_run_of(_latest(documents), run),
        "broke_down": run.problem if run else "",
        "unread": [(document, problem) for document in marked.documents for problem in document.unread],
        "groups": groups,
        "shapes": shapes(pathway, states_of(groups), _place(referral, pathway), _kept(run, pathway))
        if run else Shapes(),
        "pathway": pathway,
        "can_judge": can_judge,
        "judge_forms": {},
        "alert_forms": {alert.pk: ActOnAlert(prefix=f"alert-{alert.pk}") for alert in alerts},
        "mismatches": mismatches(referral, run),
        "may_not_decide": _may_not_decide(referral, by),
        "screened": moment(run.made_at) if run else "",
        "written": day(run.letter_date) if run else "",
        "changes": on_referral(referral, by),
        "alerts": [_alert(alert, marked.alerts[alert.pk].anchor) for alert in alerts],
        "can_act": by.role in STAFF,
        "filing": filing.notes(referral, by),
        "run": run.pk if run else None,
    }  # fmt: skip
    if can_judge:
        context["judge_forms"] = {
            one.id: judge_form(context, one.id, None) for group in groups for one in group.criteria
        }
    return context


def _latest(documents: Sequence[Document]) -> set[int | None]:
    """The latest transcript of each document, None for one that has none. Documents come with theirs prefetched."""
    return {max((one.pk for one in document.transcripts.all()), default=None) for document in documents}


def judge_form(context: dict[str, Any], criterion: str, data: QueryDict | None) -> Judge | None:
    """The form for one criterion of a screening page; None when the page has no such criterion."""
    views = {one.id: one for group in context["groups"] for one in group.criteria}
    one = views.get(criterion)
    return Judge(data, prefix=criterion, choices=one.choices, read_state=one.read_state) if one else None


def mismatches(referral: Referral, run: ScreeningRun | None) -> list[str]:
    """Where the letter states another person than the record: a letter filed under the wrong name is noticed here."""
    patient = referral.patient
    if patient is None or run is None:
        return []
    found = []
    born, number = run.identifiers.get("date_of_birth"), run.identifiers.get("nhs_number")
    if born and patient.date_of_birth and born["value"] != patient.date_of_birth.isoformat():
        found.append(f"The letter gives another date of birth: “{born['quote']}”.")
    if number and patient.nhs_number and number["value"] != patient.nhs_number:
        found.append(f"The letter gives another NHS number: “{number['quote']}”.")
    return found


def _may_not_decide(referral: Referral, by: Membership) -> str:
    """Why the clinician who is screening cannot sign, told before they start writing; empty when they can."""
    if referral.state != State.SCREENING or referral.owner_id != by.pk:
        return ""
    try:
        decision_rules.check_may_decide(referral, by=by)
    except Refused as refused:
        return refused.sentence
    return ""


def _alert(alert: Alert, anchor: str) -> dict[str, Any]:
    action = getattr(alert, "action", None)
    return {
        "id": alert.pk,
        "title": ALERTS[alert.kind],
        "certainty": CERTAINTY[alert.certainty],
        "quote": alert.quote,
        "words": anchor,
        "action": f"{action.action} ({person(action.by)}, {moment(action.at)})" if action else "",
    }
