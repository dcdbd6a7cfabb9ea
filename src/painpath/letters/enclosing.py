"""What goes by post with a letter: files for the GP, which a person encloses until a published day; and for the patient
the questionnaires that they are asked to fill in, on paper, which are printed behind the letter."""

from collections.abc import Sequence

from painpath import clock
from painpath.accounts.models import Membership
from painpath.accounts.roles import ADMINISTRATOR
from painpath.letters.formats import layout_for
from painpath.letters.models import TO, Dispatch
from painpath.letters.paper import paper, words_for
from painpath.referrals import pathways
from painpath.referrals.guidance import attaching
from painpath.referrals.models import Decision, InformationRequest, Referral, Task
from painpath.referrals.moves import reckon
from painpath.referrals.questionnaires import library
from painpath.referrals.todo import give_task


def ask_to_enclose(decision: Decision, copies: Sequence[Dispatch], *, by: Membership) -> Task | None:
    """Give the task to enclose a decision's files with the printed `copies` of its letter, inside the transaction that
    signs it. None where nothing was chosen, or where nothing is printed: then the files stand on the e-RS page.
    """
    files = attaching.enclosed(decision)
    if not files or not copies:
        return None
    to = " and ".join(TO[one.to].replace("To", "to", 1) for one in copies)
    names = ", ".join(f"“{one.name}”" for one in files)
    return give_task(
        decision.referral, "send_documents", f"Enclose with the letter {to}: {names}.",
        by=by, role=ADMINISTRATOR,
        due_on=reckon(pathways.of(decision.pathway_version).target("documents-sent"), clock.today()),
        decision=decision.pk, documents=[one.pk for one in files],
    )  # fmt: skip


def asked_to_fill_in(referral: Referral, wanted: str) -> tuple[str, ...]:
    """The forms of a questionnaire by their titles, each with how long it takes; empty for one that has none."""
    if not wanted:
        return ()
    pathway = pathways.of(referral.pathway_version)
    try:
        names = library.find(referral.service, pathway, wanted).forms
    except KeyError:
        return ()
    forms = [library.parsed(library.version_of(referral.service, pathway, name)) for name in names]
    return tuple(
        f"{form.title} (about {form.minutes} {'minute' if form.minutes == 1 else 'minutes'})"
        if form.minutes
        else form.title
        for form in forms
    )


def papers_with(dispatch: Dispatch) -> list[bytes]:
    """The questionnaires that this letter to the patient asks for, on paper in the format that they need; none once
    nobody waits for them any more."""
    if dispatch.letter_id is None or dispatch.to != "patient" or dispatch.letter is None:
        return []
    asked = InformationRequest.objects.filter(
        decision=dispatch.letter.decision_id, of="patient", closed_at__isnull=True
    ).exclude(questionnaire="")
    asked = asked.select_related("service", "referral__pathway_version", "referral__patient")
    request = asked.defer("referral__pathway_version__content").first()
    if request is None:
        return []
    referral = request.referral
    pathway = pathways.of(referral.pathway_version)
    layout = layout_for(referral.patient)
    found = []
    for version in library.forms_of(request):
        form = library.parsed(version)
        words = words_for(pathway, form, locality=referral.locality or None)
        found.append(paper(form, words, layout=layout, reference=referral.reference))
    return found
