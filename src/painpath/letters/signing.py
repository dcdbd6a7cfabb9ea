"""From a decision to its letters: what they will say, shown before signing; and the signed PDFs, in one transaction."""

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import msgspec
from django.db import transaction

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.audit import Actor
from painpath.accounts.models import Membership
from painpath.letters.channels import addressee, practice_lines
from painpath.letters.checking import Check, Weight, checks
from painpath.letters.codes import patients_page
from painpath.letters.drafting import draft
from painpath.letters.drafts import Draft
from painpath.letters.enclosing import ask_to_enclose, asked_to_fill_in
from painpath.letters.errors import LetterError
from painpath.letters.ers import not_taken, queue_reply
from painpath.letters.facts import Clause, Layout, LetterFacts, Signatory, cited, signposted
from painpath.letters.following import queue_documents
from painpath.letters.formats import format_for, format_name, layout_for, shared_words
from painpath.letters.issuing import merged_recipients, queue_letters
from painpath.letters.models import AUDIENCES, Letter, OverruledCheck
from painpath.letters.pdf import missing_signature, render_pdf
from painpath.letters.right_patient import StatedPatient, stated_in
from painpath.letters.text import render_text
from painpath.pathway import Pathway
from painpath.pathway.letters import Audience
from painpath.referrals import pathways
from painpath.referrals.decisions.accepting import lacks_authority, wait_words
from painpath.referrals.decisions.asking import expectations, questions
from painpath.referrals.decisions.deciding import decide
from painpath.referrals.decisions.decision_content import DecisionContent
from painpath.referrals.decisions.decision_rules import own_judgements
from painpath.referrals.guidance import attaching, ers_codes
from painpath.referrals.guidance.asked import in_their_words
from painpath.referrals.looking import check_not_blind
from painpath.referrals.models import AddedEvidence, Decision, Evidence, Referral, Transcript
from painpath.referrals.refusal import Refused
from painpath.referrals.theirs import check_theirs, may_read

BOTH: tuple[Audience, ...] = ("patient", "gp")
WEIGHTS: tuple[Weight, ...] = ("must", "reason", "note")
"""What stops the signature stands first, then what needs a reason."""
QUOTES = 3
"""Words of the referral that a letter quotes for one clause: enough to see why, few enough to read."""


def facts_of(referral: Referral, content: DecisionContent, *, by: Membership, on: date) -> LetterFacts:
    """Everything that the letters about this decision need, from the record as it stands.

    Raises `Refused` when the referral names nobody.
    """
    patient = referral.patient
    if patient is None:
        raise Refused("Register this referral first: a letter needs somebody to go to.")
    pathway = pathways.of(referral.pathway_version)
    content = content.for_outcome(pathway)
    expect = expectations(content, pathway, on)
    without_authority = lacks_authority(referral, pathway)
    practice, referrer = referral.practice, referral.referrer
    files = attaching.chosen(referral, content.attachments)
    return LetterFacts(
        outcome=content.outcome,  # type: ignore[arg-type]  # one of the pathway's, by `pathway.outcome` above
        written_on=on,
        decided_on=on,
        reference=referral.reference,
        signatory=Signatory(name=by.name, role=by.job, registration=by.registration, contact=by.contact),
        patient_name=" ".join(part for part in (patient.given_name, patient.family_name) if part),
        patient_title=patient.title,
        patient_family_name=patient.family_name,
        patient_address=tuple(line for line in (*patient.address.splitlines(), patient.postcode) if line.strip()),
        date_of_birth=patient.date_of_birth,
        nhs_number=patient.nhs_number,
        locality=referral.locality or None,
        practice=practice.name if practice else "",
        practice_address=practice_lines(referral),
        referrer_name=referrer.name if referrer else "",
        referrer_organisation=referrer.practice.name if referrer and referrer.practice else "",
        ubrn=referral.ubrn,
        clauses=_clauses(referral, content, by, pathway),
        reason=content.reason,
        words_to_patient=content.to_patient,
        words_to_gp=content.to_gp,
        review_date=content.review_on or expect.referrer or expect.patient,
        condition=content.condition,
        watcher=content.watcher,
        target_service=content.target_service,
        stage=pathway.stage(content.stage).plain if content.stage else "",
        priority=pathway.priority(content.priority).plain if content.priority else "",
        wait=wait_words(content),
        wait_as_of=content.wait_as_of if content.wait == "range" else None,
        clock_start=None if without_authority else content.clock_started_on,
        received_on=referral.received_at.astimezone(clock.LONDON).date(),
        awaits_referral=content.outcome == "accept" and without_authority,
        signposts=tuple(signposted(pathway, name) for name in content.signposts),
        questions_patient=tuple(item["words"] for item in questions(content, pathway, "patient")),
        questions_referrer=tuple(item["words"] for item in questions(content, pathway, "referrer")),
        questionnaires=asked_to_fill_in(referral, content.questionnaire),
        answer_by=expect.patient,
        online=patients_page(by.service.slug) if patient.date_of_birth else "",  # a code is used with it
        question=in_their_words(referral, content.question) or content.question,
        by_ers=ers_codes.takes_the_letter(ers_codes.reply_of(referral, pathway, content.outcome)),
        enclosures=tuple(one.name for one in files),
        not_taken=tuple(f"“{one.name}”: {why}" for one in files if (why := not_taken(one.name, one.size))),
        copied_to=_copied_to(referral),
        stated_patients=_stated_patients(referral, on),
        interpreter=patient.interpreter,
        format_needed=format_for(patient),
        format_name=format_name(format_for(patient), pathway.communication),
        communication=shared_words(referral),
    )


def _clauses(referral: Referral, content: DecisionContent, by: Membership, pathway: Pathway) -> tuple[Clause, ...]:
    """The cited clauses, with those words of the referral that speak as the clinician judged, and no others.

    Words that the clinician marked stand first: they chose them.
    """
    judged = own_judgements(referral, by)
    run = referral.last_screening()
    marked = AddedEvidence.objects.filter(
        referral=referral, by=by, taken_back_at__isnull=True, criterion__in=content.clauses, transcript__screenings=run
    )
    read = Evidence.objects.filter(
        clause__run=run, clause__criterion__in=content.clauses, clause__source="letter"
    ).exclude(speaks="mention")
    words = [
        *marked.values_list("criterion", "speaks", "quote"),
        *read.values_list("clause__criterion", "speaks", "quote"),
    ]
    quotes: dict[str, list[str]] = {}
    for criterion, speaks, quote in words:
        found = quotes.setdefault(criterion, [])
        if criterion in judged and judged[criterion].state in (speaks, "mixed") and quote not in found:
            found.append(quote)
    return tuple(
        cited(
            pathway, name, state=judged[name].state, read_state=judged[name].read_state, reason=judged[name].reason,
            quotes=quotes.get(name, [])[:QUOTES],
        )
        for name in content.clauses
        if name in judged
    )  # fmt: skip


def _stated_patients(referral: Referral, today: date) -> tuple[StatedPatient, ...]:
    run = referral.last_screening()
    read = Transcript.objects.filter(screenings=run).exclude(text="") if run else Transcript.objects.none()
    rows = read.order_by("document_id").values_list("document__name", "text")
    return tuple(stated_in(name, text, today=today) for name, text in rows)


def _copied_to(referral: Referral) -> tuple[str, ...]:
    names = [referral.practice.name if referral.practice else "", referral.referrer.name if referral.referrer else ""]
    names += [addressee(merged, to).name for to, merged in merged_recipients(referral)]
    return tuple(dict.fromkeys(name for name in names if name))


@dataclass(frozen=True)
class Prepared:
    """A letter as it would be signed today, and what was found wrong with it. `pdf` is empty when it cannot be set."""

    draft: Draft
    checks: tuple[Check, ...]
    pdf: bytes
    layout: Layout = "standard"

    @property
    def to_change(self) -> list[Check]:
        """What a person should look at before signing; what stops the signature stands first."""
        return sorted(
            (check for check in self.checks if not check.passed), key=lambda check: WEIGHTS.index(check.weight)
        )


def prepare(referral: Referral, content: DecisionContent, *, by: Membership) -> dict[Audience, Prepared]:
    """Both letters as they would be signed today, set and checked; setting takes about 20 ms each.

    Raises `Refused` with a sentence when one cannot be written. One that cannot be printed is a check that must pass.
    """
    pathway = pathways.of(referral.pathway_version)
    facts = facts_of(referral, content, by=by, on=clock.today())
    try:
        drafts = {audience: draft(facts, audience, pathway) for audience in BOTH}
    except LetterError as error:
        raise Refused(error.sentence) from error
    layouts: dict[Audience, Layout] = {"patient": layout_for(referral.patient), "gp": "standard"}
    return {
        audience: _set(made, checks(made, facts, pathway, layout=layouts[audience]), layouts[audience])
        for audience, made in drafts.items()
    }


def _set(made: Draft, found: list[Check], layout: Layout) -> Prepared:
    if missing_signature(made):  # which is among the checks already
        return Prepared(made, tuple(found), b"", layout)
    try:
        pdf, said = render_pdf(made, layout=layout), ""
    except LetterError as error:
        pdf, said = b"", error.sentence
    return Prepared(made, (*found, Check(id="print", change=said, weight="must")), pdf, layout)


def seal(letters: dict[Audience, Prepared]) -> str:
    """What two letters say, as one digest: the signature names it, so that what is signed is what was seen."""
    drafts = [msgspec.json.encode(letters[audience].draft) for audience in BOTH]
    return hashlib.sha256(b"".join(drafts)).hexdigest()


def to_overrule(letters: dict[Audience, Prepared]) -> dict[str, Check]:
    """What a clinician must change or sign with a reason, by names such as `patient-plain-words`."""
    return {f"{audience}-{check.id}": check for audience, one in letters.items() for check in _overrulable(one)}


def _overrulable(prepared: Prepared) -> list[Check]:
    return [check for check in prepared.to_change if check.weight == "reason"]


@transaction.atomic
def sign(
    *,
    referral: Referral,
    by: Membership,
    content: DecisionContent,
    key: uuid.UUID,
    seen_version: int,
    seen_letters: str,
    overruled: Mapping[str, str] | None = None,
) -> Decision:
    """Sign a decision and its letters together: either all of it is on record, or nothing is.

    `seen_letters` is the `seal` of the letters that the clinician had before them. `overruled` has, by the names that
    `to_overrule` gives, why they sign although a check asks for a change. Raises `Refused` as `decide` does, when the
    letters would say something else by now, when one cannot be issued (a signature without registration), and when a
    reason is missing.
    """
    signed = decide(referral=referral, by=by, content=content, key=key, seen_version=seen_version)
    if not signed.new:
        return signed.decision
    letters = prepare(referral, content, by=by)
    if seal(letters) != seen_letters:
        raise Refused("The letters have changed since you saw them. Nothing was signed: read both again, then sign.")
    reasons = {name: reason.strip() for name, reason in (overruled or {}).items()}
    if stop := next((c.change for one in letters.values() for c in one.to_change if c.weight == "must"), ""):
        raise Refused(stop)
    for name, check in to_overrule(letters).items():
        if not reasons.get(name):
            raise Refused(f"{check.change} Change it, or say why you sign it all the same. Nothing was signed.")
    signed_letters: dict[Audience, Letter] = {}
    for audience, prepared in letters.items():
        made = prepared.draft
        letter = signed_letters[audience] = Letter.objects.create(
            service_id=referral.service_id, referral=referral, decision=signed.decision, audience=audience,
            facts=msgspec.to_builtins(made) | {"layout": prepared.layout}, text=render_text(made), pdf=prepared.pdf,
            sha256=hashlib.sha256(prepared.pdf).hexdigest(), signed_by=by, signed_at=signed.decision.at,
        )  # fmt: skip
        audit.record(by, "letter.sign", letter, audience=AUDIENCES[audience])
        for check in _overrulable(prepared):
            row = OverruledCheck.objects.create(
                service_id=referral.service_id, letter=letter, check_id=check.id, change=check.change,
                reason=reasons[f"{audience}-{check.id}"], by=by, at=letter.signed_at,
            )  # fmt: skip
            audit.record(by, "letter.overrule", row, check=check.id)
    reply = queue_reply(signed.decision, signed_letters["gp"], letters["gp"].draft, by=by)
    in_ers = reply is not None and reply.letter is not None
    copies = queue_letters(referral, signed_letters["patient"], signed_letters["gp"], by=by, in_ers=in_ers)
    ask_to_enclose(signed.decision, copies, by=by)
    queue_documents(signed.decision, by=by)
    return signed.decision


def open_letter(reference: str, letter_id: int, *, by: Membership, form: str = "") -> Letter:
    """A signed letter of a referral; opening it, and in which form where it is not the signed PDF, is audited.

    Raises `Letter.DoesNotExist` when there is none.
    """
    letter = Letter.objects.select_related("referral").get(
        service_id=by.service_id, referral__reference=reference, pk=letter_id
    )
    check_not_blind(letter.referral, by=by)
    audit.record(by, "letter.open", letter, **({"form": form} if form else {}))
    return letter


def open_their_letter(referral: Referral, letter_id: int, *, by: Actor, form: str = "standard") -> Letter:
    """The signed letter to the GP of a referral that is theirs; opening it, and in which form, is audited.

    Raises `Letter.DoesNotExist` for any other letter, also for whoever may not read what the team wrote yet.
    """
    letter = Letter.objects.filter(referral=referral, audience="gp", pk=letter_id).first()
    check_theirs(referral, by=by)
    if letter is None or not may_read(referral, by=by):
        raise Letter.DoesNotExist
    with transaction.atomic():
        audit.record(by, "letter.open", letter, form=form)
    return letter
