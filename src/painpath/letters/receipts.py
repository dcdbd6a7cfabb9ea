"""The receipt to whoever wrote: registering a letter, and telling them that it is here, under which reference, by when
somebody looks at it, and where to see how it stands."""

import uuid

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from painpath import clock
from painpath.accounts.models import Membership
from painpath.letters import codes, outbox
from painpath.letters.channels import addressee, channel_for, email_of
from painpath.letters.models import Dispatch
from painpath.letters.wording import day, filled
from painpath.pathway import contacts_for
from painpath.referrals import pathways
from painpath.referrals.arriving import registering
from painpath.referrals.models import Referral
from painpath.referrals.moves import reckon

DOOR = "referrers:code"
"""The page for practitioners without an account, by the name of its address."""


@transaction.atomic
def register(*, referral: Referral, by: Membership, details: registering.Registration) -> Referral:
    """`registering.register`, and what follows for whoever referred: the receipt, once; and when somebody else is the
    referrer now, the codes of the one before work no more."""
    before = Referral.objects.only("referrer_id").get(pk=referral.pk).referrer_id
    registering.register(referral=referral, by=by, details=details)
    registered = _with_people(referral)
    if before is not None and registered.referrer_id != before:
        codes.void_codes(registered, "referrer", by=by)
    queue_receipt(registered, by=by)
    return registered


def _with_people(referral: Referral) -> Referral:
    """The referral with the people that letters go to, as it stands now."""
    people = Referral.objects.select_related("patient", "practice", "referrer__practice", "pathway_version", "service")
    return people.defer("pathway_version__content").get(pk=referral.pk)


def queue_receipt(referral: Referral, *, by: Membership) -> Dispatch | None:
    """Put the receipt into the outbox, once for each referral and referrer, inside the caller's transaction.

    None for what needs none: a referral sent online (the receipt was the page), one through e-RS (which tells that it
    arrived), a referrer of whom no address is on record.
    """
    pathway = pathways.of(referral.pathway_version)
    if referral.referrer is None or referral.sent_by_id is not None or not referral.is_open:
        return None
    if pathway.route(referral.route).channel.startswith("ers_"):
        return None
    channel, known = channel_for(referral, to="referrer"), addressee(referral, "referrer")
    address = email_of(referral, "referrer") if channel == "email" else known.address
    if not address:
        return None
    notice = pathway.notices.receipt
    look = referral.due_on or reckon(pathway.target("first-look"), clock.today())
    contacts = contacts_for(pathway, referral.locality or None)
    text = filled(
        notice.plain_text, reference=referral.reference, where=_where(referral), by=day(look),
        contact="\n".join(f"{item.label}: {item.value}" for item in contacts),
    )  # fmt: skip
    return outbox.queue(
        referral, by=by, kind="receipt", to="referrer", channel=channel, name=known.name, address=address,
        subject=notice.plain_subject, text=text,
        key=uuid.uuid5(uuid.NAMESPACE_URL, f"painpath/receipt/{referral.pk}/{referral.referrer_id}"),
    )  # fmt: skip


def _where(referral: Referral) -> str:
    """Where to look, when this site knows its own address; nothing else in the message is a link."""
    if not settings.SITE_URL:
        return ""
    return f"See how it stands, with this reference: {settings.SITE_URL}{reverse(DOOR, args=[referral.service.slug])}"
