"""What of a referral is not settled: alerts nobody has acted on, reported changes nobody has read, documents not read,
criteria that nothing states.

The worklist sorts and marks by it (`Referral.look_first`, `Referral.missing`), and nothing leaves it before.
"""

from datetime import date

from django.db.models import Max, QuerySet

from painpath import clock
from painpath.referrals import pathways
from painpath.referrals.models import Alert, Merge, Referral, ReportedChange, ScreeningRun, Transcript
from painpath.referrals.models.referral import ALERT_FIRST, REST, UNREAD_NEXT
from painpath.referrals.refusal import Refused
from painpath.referrals.transitions import State


def check_nothing_is_left(referral: Referral) -> None:
    """Raise `Refused` while an alert is open, a reported change or a document unread: no referral leaves the worklist
    before that."""
    if open_alerts(referral).exists():
        raise Refused(
            "This referral has an alert that nobody has acted on. Record what was done about it first: "
            "it must not go out of sight."
        )
    if open_changes(referral).exists():
        raise Refused(
            "Somebody has told us that something has changed, and no clinician has read it yet. Read it on the "
            "referral's page and record what was done first."
        )
    if is_being_read(referral):
        raise Refused("A document of this referral is still being read. Wait a minute, then try again.")


def open_alerts(referral: Referral) -> QuerySet[Alert]:
    """Alerts that nobody has acted on, in documents that belong to the referral.

    Those of a referral that was merged into another stand there, where its documents are (`merging.merge` sees to it).
    """
    if referral.lacks("alert") or merged_into(referral):
        return Alert.objects.none()
    return referral.alerts.filter(action__isnull=True, transcript__document__quarantine__isnull=True)


def open_changes(referral: Referral) -> "QuerySet[ReportedChange]":
    """What was reported as changed and no clinician has read, also of a referral that has ended or was merged."""
    return ReportedChange.objects.none() if referral.lacks("change") else referral.changes.filter(read_at__isnull=True)


def merged_into(referral: Referral) -> Merge | None:
    """The merge by which this referral was closed, while it stands."""
    if referral.state != State.CLOSED_IN_ERROR:
        return None
    return Merge.objects.filter(duplicate=referral, undone_at__isnull=True).select_related("into").first()


def merged_in(referral: Referral) -> list[Referral]:
    """Referrals that stand merged into this one, and those merged into them, with who sent them."""
    found: list[Referral] = []
    into = [] if referral.lacks("merge") else [referral.pk]
    while into:
        rows = Merge.objects.filter(into__in=into, undone_at__isnull=True).order_by("pk")
        new = [row.duplicate for row in rows.select_related("duplicate__referrer__practice", "duplicate__practice")]
        new = [one for one in new if one.pk != referral.pk and one not in found]
        found += new
        into = [one.pk for one in new]
    return found


def mark_first(referral: Referral) -> None:
    """Keep with a locked referral what stands first on the worklist. To be called when alerts, reported
    changes or documents change."""
    partial = Transcript.objects.filter(document__referral=referral, document__quarantine__isnull=True)
    if open_alerts(referral).exists() or open_changes(referral).exists():
        first = ALERT_FIRST
    elif partial.exclude(unread=[], problem="").exists() or _broke_down(referral):
        first = UNREAD_NEXT
    else:
        first = REST
    due_on = referral.due_on if referral.is_open else to_be_read_by(referral)
    if (first, due_on) != (referral.look_first, referral.due_on):
        referral.look_first, referral.due_on = first, due_on
        referral.save(update_fields=["look_first", "due_on"])


def to_be_read_by(referral: Referral) -> date | None:
    """An ended referral is due only for what was reported since: by the day on which a clinician reads it."""
    soonest = open_changes(referral).order_by("due_at").values_list("due_at", flat=True).first()
    return soonest.astimezone(clock.LONDON).date() if soonest else None


def _broke_down(referral: Referral) -> bool:
    """Whether the latest reading against the criteria broke down: then nobody but a person has read them."""
    run = referral.screenings.last()
    return run is not None and bool(run.problem)


def mark_missing(referral: Referral) -> None:
    """Keep with a locked referral which criteria nothing settles: neither what was read last, nor a clinician since.

    Where reading broke down nothing was read, so all are missing. To be called when a run or a judgement is added.
    """
    run = referral.screenings.last()
    if run is None:
        return
    published = [criterion.id for criterion in pathways.of(referral.pathway_version).criteria]
    states = dict(run.clauses.filter(source="letter").values_list("criterion", "state"))
    states |= dict(run.judgements.order_by("id").values_list("criterion", "state"))
    missing = [name for name in published if states.get(name, "not_stated") == "not_stated"]
    if missing != referral.missing:
        referral.missing = missing
        referral.save(update_fields=["missing"])


def is_being_read(referral: Referral) -> bool:
    """Whether something has arrived that has not been read, or not been screened with the rest."""
    read = dict(referral.documents.current().annotate(latest=Max("transcripts")).values_list("pk", "latest"))
    return None in read.values() or not is_run_of(set(read.values()), referral.last_screening())


def is_run_of(latest: set[int | None], run: ScreeningRun | None) -> bool:
    """Whether this run has read the latest transcript of every document, and no other; None: one is not read yet."""
    return None not in latest and run is not None and set(run.transcripts.values_list("pk", flat=True)) == latest
