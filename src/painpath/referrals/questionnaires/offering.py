"""Whether a questionnaire may be sent to somebody now.

One with a question about safety goes to nobody unless somebody reads its answers on every working day, and people are
told that nobody reads them at night (design of item 9 of the PHQ-9: Simon 2013, doi 10.1176/appi.ps.201200587).
"""

from datetime import date, timedelta

from django.db.models import Q
from django.utils.formats import date_format

from painpath import clock
from painpath.accounts.models import Service
from painpath.pathway import Pathway
from painpath.questionnaires import unguarded
from painpath.referrals import pathways
from painpath.referrals.models import Referral, RotaEntry, SiteQuestionnaire
from painpath.referrals.moves import reckon
from painpath.referrals.questionnaires import library
from painpath.referrals.questionnaires.choosing import check_asks, check_told
from painpath.referrals.questionnaires.library import Offered
from painpath.referrals.questionnaires.site import needs_licence
from painpath.referrals.refusal import Refused
from painpath.referrals.transitions import Outcome, is_working_day
from painpath.referrals.worklist.rota import may_decide


def check_offer(referral: Referral, wanted: str) -> Offered:
    """What is sent under this id. Raises `Refused` unless it may be sent to this patient now."""
    pathway = pathways.of(referral.pathway_version)
    offer = library.check_offered(referral.service, pathway, wanted)
    forms = [library.parsed(library.version_of(referral.service, pathway, form)) for form in offer.forms]
    if wanted.startswith(library.OWN):
        own = SiteQuestionnaire.objects.select_related("version", "service").get(
            pk=int(wanted.removeprefix(library.OWN))
        )
        if needs_licence(own):
            raise Refused(
                f"The licence under which “{offer.name}” may be used has run out. A manager can record a new one. "
                "Choose another questionnaire."
            )
    if empty := next((form for form in forms if form.skeleton), None):
        raise Refused(
            f"“{empty.title}” has no questions yet: it may be used only under a licence of your own. A manager can "
            "upload it with its licence. Choose another questionnaire."
        )
    if faults := [fault for form in forms for fault in unguarded(form)]:  # published before this was looked for
        raise Refused(
            f"“{offer.name}” cannot be sent. {faults[0].sentence} Then a manager uploads and publishes it again. Until "
            "then, choose another questionnaire."
        )
    asks = [form for form in forms if any(item.safety is not None for item in form.walk())]
    if asks:
        check_asks(referral.service, asks[0].title)
        check_told(referral.service, asks[0].title)
        _check_somebody_reads(referral, pathway, asks[0].title)
    return offer


def problem(referral: Referral, wanted: str) -> str:
    """Why it may not be sent; empty when it may."""
    try:
        check_offer(referral, wanted)
    except Refused as refused:
        return refused.sentence
    return ""


def uncovered(
    service: Service, route: str, pathway: Pathway, until: date, *, without: RotaEntry | None = None
) -> list[date]:
    """The working days from today to `until` on which no clinician who may decide this route is on duty; `without` this
    entry of the rota."""
    today = clock.today()
    rows = list(
        RotaEntry.objects.filter(service_id=service.pk, starts_on__lte=until)
        .filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today))
        .filter(Q(route="") | Q(route=route))
        .select_related("membership")
    )
    entries = [row for row in rows if row != without and may_decide(row.membership, route, pathway)]
    days = (today + timedelta(days=number) for number in range((until - today).days + 1))
    return [
        day for day in days
        if is_working_day(day) and not any(
            row.weekday == day.weekday() and row.starts_on <= day and (row.ends_on is None or row.ends_on >= day)
            for row in entries
        )
    ]  # fmt: skip


def _check_somebody_reads(referral: Referral, pathway: Pathway, title: str) -> None:
    """Until the answer is due, and for the second clock after the reminder: an answer may come on any of these days."""
    other = "Until then, choose a questionnaire without such a question: the PHQ-4 instead of the PHQ-9."
    if pathway.safety is None:
        raise Refused(
            f"“{title}” has a question whose answer a clinician must read the same working day. It cannot be sent: the "
            f"pathway does not say who reads such an answer, and what people are told out of hours. {other}"
        )
    due = pathway.outcome(Outcome.SEND_QUESTIONNAIRE).due
    until = reckon(due, clock.today()) if due else clock.today() + timedelta(days=7)
    until = reckon(pathway.target("reminder"), until)
    if days := uncovered(referral.service, referral.route, pathway, until):
        raise Refused(
            f"“{title}” has a question whose answer a clinician must read the same working "
            f"day. Nobody who decides referrals by this route is on the duty rota on "
            f"{date_format(days[0], 'l j F Y')}. Fill the rota for every working day first. {other}"
        )
