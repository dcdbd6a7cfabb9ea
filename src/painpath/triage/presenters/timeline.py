"""Everything that happened to a referral, in sentences, by whom: made from the rows of the record, never kept apart."""

from django.db.models import Q
from django.urls import reverse

from painpath.letters.door import PATIENT_WITH_CODE, WITH_CODE
from painpath.letters.models import Letter
from painpath.pathway import Pathway
from painpath.referrals.arriving.needs import VERB
from painpath.referrals.models import (
    AddedEvidence,
    Alert,
    AlertAction,
    Decision,
    Document,
    Judgement,
    Merge,
    NotADuplicate,
    Referral,
    Task,
    Transition,
)
from painpath.referrals.models.following import TASKS
from painpath.referrals.referring.answering import FOR_THE_PATIENT, OF_THE_PATIENT
from painpath.referrals.transitions import LABELS, VERBS, State
from painpath.triage.presenters import needs, rights
from painpath.triage.presenters.changes import change_events
from painpath.triage.presenters.dispatches import dispatch_events
from painpath.triage.presenters.events import Event
from painpath.triage.presenters.following import decision_lines, step_lines
from painpath.triage.presenters.letter import problems
from painpath.triage.presenters.words import day, person
from painpath.web.clauses import ALERTS, SPEAKS, STATES, labels_of

REFILED = frozenset({"merge", "unmerge", "move_document"})
REFILED_WORDS = {"into": "Into referral", "to": "To referral", "from": "From referral"}
"""What the facts of a step in `REFILED` say about the other referral."""


def timeline(referral: Referral, pathway: Pathway) -> list[Event]:
    """All events, newest first. At most twenty queries, whatever the length of the history: what the referral lacks is
    not asked for."""
    names = {criterion.id: criterion.name for criterion in pathway.criteria}
    labels = {criterion.id: labels_of(criterion, pathway) for criterion in pathway.criteria}
    events = [
        *_transitions(referral, pathway),
        *_documents(referral),
        *(_judgement(judgement, names, labels.get(judgement.criterion, STATES)) for judgement in _judgements(referral)),
        *_alerts(referral),
        *_tasks(referral),
        *_merged(referral),
        *_marked(referral, names),
        *(_letter(letter, referral) for letter in _letters(referral)),
        *dispatch_events(referral),
        *change_events(referral),
        *rights.events(referral),
    ]
    return sorted(events, key=lambda event: event.at, reverse=True)


def _transitions(referral: Referral, pathway: Pathway) -> list[Event]:
    signed = Decision.objects.filter(referral=referral).prefetch_related("clauses")
    decisions = {} if referral.lacks("decision") else {decision.transition_id: decision for decision in signed}
    names = {criterion.id: criterion.name for criterion in pathway.criteria}
    events = []
    for step in Transition.objects.filter(referral=referral).select_related("by__user"):
        title = VERBS[step.verb].label
        lines = []
        decision = decisions.get(step.pk)
        if decision is not None:
            title = f"Decision signed: {pathway.outcome(decision.outcome).label}"
            cited = ", ".join(names.get(clause.criterion, clause.criterion) for clause in decision.clauses.all())
            lines += [f"Rests on: {cited}"] if cited else []
            lines += (
                [f"Waiting until “{decision.condition}”. {_watched(decision)}".strip()] if decision.condition else []
            )
            lines += decision_lines(decision)
            lines.append(f"Criteria of version {pathway.version}")
        if step.reason:
            lines.insert(0, step.reason)
        lines += step_lines(step)
        if step.verb == VERB:
            lines += needs.step_words(step, pathway.communication)
        if step.verb == "assign":
            lines.append(f"To {step.facts['name']}" if step.facts.get("name") else "To nobody")
        if step.verb == "hand_over":
            lines.append(f"{step.facts['system']}, number {step.facts['number']}")
        other = step.facts.get("to") or step.facts.get("from") or step.facts.get("into") if step.verb in REFILED else ""
        if other:
            lines.append(f"{REFILED_WORDS[next(word for word in REFILED_WORDS if word in step.facts)]} {other}")
        if step.from_state and step.from_state != step.to_state:
            lines.append(f"{LABELS[State(step.from_state)]} → {LABELS[State(step.to_state)]}")
        if step.due_on:
            lines.append(f"Next look by {day(step.due_on)}")
        to = {"link": reverse("triage:referral", args=[other]), "link_text": f"Open {other}"} if other else {}
        events.append(Event(step.at, title, person(step.by, step.process), tuple(lines), **to))
    return events


def _watched(decision: Decision) -> str:
    return f"Watched by {decision.watcher}." if decision.watcher else ""


def _documents(referral: Referral) -> list[Event]:
    events = []
    documents = Document.objects.filter(referral=referral).defer("content")
    for document in documents.select_related("received_by__user", "quarantine").prefetch_related("transcripts"):
        came = person(document.received_by) if document.received_by else "Came with an email"
        if document.received_by is None and document.part_of_id is None:
            theirs = document.name.startswith((OF_THE_PATIENT, FOR_THE_PATIENT))
            came = person(None, PATIENT_WITH_CODE if theirs else WITH_CODE)
        if hasattr(document, "quarantine"):  # somebody else's: not even its name is shown
            events.append(Event(document.received_at, "Document filed, and later moved away", came))
            continue
        link = reverse("triage:original", args=[referral.reference, document.pk])
        events.append(
            Event(
                document.received_at, f"Document filed: {document.name}", came, link=link, link_text="Open the original"
            )
        )
        for transcript in document.transcripts.all():
            missed = problems(transcript)
            title = f"Read: {document.name}" if not missed else f"Not wholly read: {document.name}"
            events.append(Event(transcript.made_at, title, person(None, "reader"), tuple(missed)))
    return events


def _judgements(referral: Referral) -> list[Judgement]:
    return [] if referral.lacks("judgement") else list(referral.judgements.select_related("by__user"))


def _judgement(judgement: Judgement, names: dict[str, str], labels: dict[str, str]) -> Event:
    verb = "Corrected" if judgement.is_correction else "Confirmed"
    read = f" (read as “{labels[judgement.read_state]}”)" if judgement.is_correction else ""
    title = f"{verb}: {names.get(judgement.criterion, judgement.criterion)} is “{labels[judgement.state]}”{read}"
    return Event(judgement.at, title, person(judgement.by), (judgement.reason,) if judgement.reason else ())


def _marked(referral: Referral, names: dict[str, str]) -> list[Event]:
    if referral.lacks("added"):
        return []
    events = []
    for row in AddedEvidence.objects.filter(referral=referral).select_related("by__user"):
        words = f"{names.get(row.criterion, row.criterion)}: {SPEAKS[row.speaks]}"
        events.append(Event(row.at, f"Words marked, {words}", person(row.by), (f"“{row.quote}”",)))
        if row.taken_back_at is not None:
            title = f"Marked words taken back, {words}"
            events.append(Event(row.taken_back_at, title, person(row.by), (f"“{row.quote}”",)))
    return events


def _alerts(referral: Referral) -> list[Event]:
    if referral.lacks("alert"):
        return []
    alerts = Alert.objects.filter(referral=referral).select_related("transcript__document__quarantine")
    alerts = alerts.defer("transcript__text", "transcript__document__content")
    events = [
        Event(
            alert.raised_at,
            f"Alert: {ALERTS[alert.kind]}",
            person(None, "reader"),
            ("In a document that was moved away",)
            if hasattr(alert.transcript.document, "quarantine")
            else (f"“{alert.quote}”",),
        )
        for alert in alerts
    ]
    actions = AlertAction.objects.filter(alert__referral=referral).select_related("by__user", "alert")
    return events + [
        Event(row.at, f"Alert acted on: {ALERTS[row.alert.kind]}", person(row.by), (row.action,)) for row in actions
    ]


def _tasks(referral: Referral) -> list[Event]:
    if referral.lacks("task"):
        return []
    done = Task.objects.filter(referral=referral, done_at__isnull=False).select_related("done_by__user")
    return [
        Event(row.done_at, f"Done: {TASKS[row.kind]}", person(row.done_by), (row.words, row.done_words))
        for row in done
        if row.done_at is not None
    ]


def _merged(referral: Referral) -> list[Event]:
    """What was merged into this referral, and what was taken out again; and referrals that somebody told apart."""
    events = []
    merges = Merge.objects.filter(into=referral).select_related("by__user", "undone_by__user", "duplicate")
    for row in () if referral.lacks("merge") else merges:
        other = row.duplicate.reference
        to = {"link": reverse("triage:referral", args=[other]), "link_text": f"Open {other}"}
        events.append(Event(row.at, f"Referral {other} was merged into this one", person(row.by), (row.reason,), **to))
        if row.undone_at is not None:
            title = f"The merge of {other} was taken back"
            events.append(Event(row.undone_at, title, person(row.undone_by), (row.undone_reason,), **to))
    apart = NotADuplicate.objects.filter(Q(one=referral) | Q(other=referral)).select_related("by__user", "one", "other")
    for told in () if referral.lacks("apart") else apart:
        other = (told.other if told.one_id == referral.pk else told.one).reference
        events.append(Event(told.at, f"Not the same as referral {other}", person(told.by), (told.reason,)))
    return events


def _letters(referral: Referral) -> list[Letter]:
    return list(Letter.objects.filter(referral=referral).defer("pdf").select_related("signed_by__user"))


def _letter(letter: Letter, referral: Referral) -> Event:
    return Event(
        letter.signed_at,
        f"Letter signed: {letter.get_audience_display().replace('To', 'to', 1)}",
        person(letter.signed_by),
        link=reverse("triage:letter-page", args=[referral.reference, letter.pk]),
        link_text="Read the letter, or have it as a file",
    )
