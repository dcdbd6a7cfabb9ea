"""A questionnaire that a clinician may send, in a few words: what it asks, how long it takes, who reads the answers."""

from painpath import clock
from painpath.pathway import Pathway
from painpath.referrals.models import Referral
from painpath.referrals.questionnaires import library, offering
from painpath.referrals.questionnaires.library import Offered
from painpath.referrals.worklist.rota import on_duty
from painpath.triage.presenters.words import plural


def offer_words(referral: Referral, offer: Offered, pathway: Pathway) -> str:
    """Its forms with the number of questions, minutes, a question about safety and who is on duty for it; or why it
    cannot be sent now."""
    if problem := offering.problem(referral, offer.id):
        return problem
    forms = [library.parsed(library.version_of(referral.service, pathway, name)) for name in offer.forms]
    if not forms:
        return "On paper of your own: record the answer as a reply."
    minutes = sum(form.minutes or 0 for form in forms)
    asked = "; ".join(
        f"{form.title} ({plural(sum(item.is_asked for item in form.walk()), 'question')})" for form in forms
    )
    words = f"Asks: {asked}."
    if minutes:
        words += f" Takes about {plural(minutes, 'minute')}."
    if any(item.safety is not None for form in forms for item in form.walk()):
        duty = on_duty(referral, clock.today())
        words += " It has a question about safety: a clinician reads such an answer the same working day"
        words += f"; on duty today: {duty.name}." if duty else "."
    return words
