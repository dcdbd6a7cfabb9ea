"""Communication needs that somebody states in a questionnaire: recorded when the answers come back, as what they say of
themselves, so that every page of the team and the format of every letter heed them (DAPB1605: recorded once).

An answer only ever adds. What was recorded before stays, whatever was not ticked, and a format that was chosen stays
the format. What has no place in the list is kept in the person's words, which a person reads before a letter goes.
"""

from painpath.accounts.audit import Actor
from painpath.pathway.needs import STANDARD
from painpath.questionnaires import Answers, FreeText, Questionnaire, drop_disabled, question_at
from painpath.referrals.arriving.needs import can_record, communication_of, record_needs
from painpath.referrals.models import Patient, Referral


def record_stated(questionnaire: Questionnaire, answers: Answers, *, referral: Referral, by: Actor) -> None:
    """Record what these answers say of needs, inside the caller's transaction, which holds the referral.

    Where nothing is said, or nothing can be recorded any more, nothing changes.
    """
    if not can_record(referral, by=by) or referral.patient is None:
        return
    communication = communication_of(referral)
    stated: list[str] = []
    words: list[str] = []
    languages: list[str] = []
    was_asked = False
    for place, values in drop_disabled(questionnaire, answers).items():
        item = question_at(questionnaire, place)
        if item is None:
            continue
        if item.interpreter:
            languages += [value for value in values if isinstance(value, str)]
        if not any(option.need for option in item.options):
            continue
        was_asked = was_asked or bool(values)
        for value in values:
            option = item.option(value)
            if isinstance(value, FreeText):
                words.append(value.text)
            elif option is not None and communication.need(option.need) is not None:
                stated.append(option.need)
            elif option is not None and option.need:  # the pathway does not list it (any more)
                words.append(option.label)
    patient = Patient.objects.get(pk=referral.patient.pk)
    says = bool(stated or words or languages)
    if not says and (not was_asked or _is_known(patient)):
        return  # "none of these" beside needs on record takes none away: somebody asks again when it is time
    new = [need for need in stated if need not in patient.needs]
    chosen = patient.letter_format
    if chosen in ("", STANDARD) and any(one.letter_format for one in communication.needs if one.id in new):
        chosen = communication.format_of(new)
    record_needs(
        patient=patient, referral=referral, by=by, needs=[*patient.needs, *new], letter_format=chosen,
        other=_with(patient.communication_needs, words, "\n"), interpreter=_with(patient.interpreter, languages, ", "),
    )  # fmt: skip


def _is_known(patient: Patient) -> bool:
    return bool(patient.needs or patient.communication_needs.strip() or patient.interpreter)


def _with(known: str, more: list[str], between: str) -> str:
    """The words on record, and those that they do not hold yet."""
    found = known.strip()
    for one in (" ".join(words.split()) for words in more):
        if one and one.casefold() not in found.casefold():
            found = between.join(filter(None, (found, one)))
    return found
