"""One-time codes: a person proves that they have what was sent to a contact that staff confirmed or entered, or to the
address.

A code has 8 characters of 26 without look-alikes (38 bits), for one referral and one person. Only a keyed hash is kept:
HMAC-SHA256 with the site's secret key and a salt of the row. A slow password hash would not be better: 38 bits can be
searched through it, while whoever has the database without the secret key can search nothing. With the key, five tries
bind whoever asks over the web.

A code has to be printed or sent after it was made, so its message stands in the outbox until then: sealed with the
secret key (`sealing`), and blanked the moment it has left, was stopped or has run out. The PDF of a batch is sealed
too. No code stands in a log, an audit row or a queue's arguments.
"""

import re
import secrets
import uuid
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.audit import Actor
from painpath.accounts.models import Membership
from painpath.letters import outbox
from painpath.letters.channels import addressee, channel_for, reach_of
from painpath.letters.models import Dispatch, OneTimeCode
from painpath.letters.sealing import seal, unseal
from painpath.letters.wording import filled
from painpath.pathway.notices import Notices
from painpath.referrals import moves, pathways
from painpath.referrals.models import Referral
from painpath.referrals.models.referral import new_reference
from painpath.referrals.refusal import Refused

TO = ("patient", "referrer")
PATIENTS_PAGE = "patients:code"
"""The page where a patient goes with a code, by the name of its address."""
NOT_RIGHT = gettext_noop("This code does not work. Check each letter and number, or ask us for a new code.")
"""The one sentence for a code that is wrong, used, tried too often or has run out: it tells nothing to a stranger."""


@transaction.atomic
def issue_code(
    *, referral: Referral, to: str, by: Actor, opens: Dispatch | None = None, until: date | None = None
) -> OneTimeCode:
    """Make a code and send it: by e-mail or text (`channel_for`), else by post. Older ones are void from now.

    `opens` is a letter that waits online for its patient (`online`): then the message tells of it, carries the address
    of the page, and the code works to the end of the day `until`. The code itself is not given back, to nobody. Raises
    `Refused` for a referral that names nobody to send it to.
    """
    if to not in TO:
        raise ValueError(f"no codes go to {to}")
    referral = moves.lock(referral)
    if (referral.referrer if to == "referrer" else referral.patient) is None:
        raise Refused("A code needs somebody to go to. Complete the details of this referral first.")
    now = clock.now()
    void_codes(referral, to, by=by)
    notices = pathways.of(referral.pathway_version).notices
    channel = channel_for(referral, to=to, texts=True)
    if channel != "print" and opens is None:
        ends = now + timedelta(minutes=notices.codes.email_minutes)
        works_until = date_format(ends.astimezone(clock.LONDON), r"H:i \o\n j F Y")
    else:
        # To the end of the last day: the message names a day, not a minute.
        last = until or (now + timedelta(days=notices.codes.post_days)).astimezone(clock.LONDON).date()
        ends = datetime.combine(last, time(23, 59, 59), clock.LONDON)
        works_until = f"the end of {date_format(last, 'j F Y')}"
    subject, words = _words(notices, to, channel, online=opens is not None)
    page = patients_page(referral.service.slug)
    where = f"{page}?reference={referral.reference}" if opens is not None else _where(referral.service.slug)
    code = new_reference()  # eight random characters without look-alikes, in two groups: made for being read out
    text = filled(words, code=code, until=works_until, reference=referral.reference, where=where)
    known = addressee(referral, to)
    facts: dict[str, Any] = {"until": ends.isoformat()}
    if isinstance(by, Membership):
        facts["asked_by"] = by.pk
    if opens is not None:
        facts |= {"opens": opens.pk, "accepted": opens.facts.get("accepted", [])}
    key = uuid.uuid4()
    dispatch = outbox.queue(
        referral, by=by, kind="code", to=to, channel=channel, name=known.name, key=key,
        address=reach_of(referral, to, channel), subject=subject, text=seal(text.encode()).decode(),
        facts=facts,
    )  # fmt: skip
    row = OneTimeCode.objects.create(
        service_id=referral.service_id, referral=referral, to=to, digest=_digest(code, secrets.token_hex(16)),
        made_at=now, expires_at=ends, dispatch=dispatch,
    )  # fmt: skip
    audit.record(by, "code.issue", row, to=to, channel=channel)
    return row


@transaction.atomic
def check_code(*, referral: Referral, to: str, code: str, by: Actor) -> bool:
    """Whether this is the code, and then it is used up. Whoever asks shows `NOT_RIGHT` for False, and nothing else.

    It gives False rather than raising `Refused`, so that the count of tries is kept. Blanks, hyphens and small letters
    do not matter. The comparison takes the same time for every answer, and so does a referral without a code.
    """
    allowed = pathways.of(referral.pathway_version).notices.codes.tries
    rows = OneTimeCode.objects.select_for_update().filter(service_id=referral.service_id, referral=referral, to=to)
    row = rows.last()
    same = _matches(code, row.digest if row else _NOBODYS)
    if row is None:
        return False
    alive = row.used_at is None and row.expires_at > clock.now() and row.tries < allowed
    right = alive and same
    if alive:
        row.tries += 1
        if right:
            row.used_at = clock.now()
        row.save(update_fields=["tries", "used_at"])
    audit.record(by, "code.check", row, right=right)
    return right


def _words(notices: Notices, to: str, channel: str, *, online: bool) -> tuple[str, str]:
    """Subject and text. A text message has no subject: it keeps that of the e-mail, should a person send it so."""
    if online:
        text = notices.letter_online_sms if channel == "sms" else notices.letter_online
        return notices.letter_online.plain_subject, text.plain_text
    if channel == "sms":
        return notices.code_by_email.plain_subject, notices.code_by_sms.plain_text
    by_post = notices.patient_code_by_post if to == "patient" else notices.code_by_post
    notice = notices.code_by_email if channel == "email" else by_post
    return notice.plain_subject, notice.plain_text


def void_codes(referral: Referral, to: str, *, by: Actor) -> None:
    """No code that went to this side of the referral works any more, inside the caller's transaction."""
    before = OneTimeCode.objects.select_for_update().filter(
        referral=referral, to=to, used_at__isnull=True, expires_at__gt=clock.now()
    )
    waiting = Dispatch.objects.filter(
        pk__in=[row.dispatch_id for row in before], state__in=[state.value for state in outbox.NOT_SENT]
    )
    outbox.stop(waiting, by=by, why="A new code took the place of this one.")
    before.update(expires_at=clock.now())


def look_like(code: str) -> None:
    """Compare a code with nothing: the answer to a reference that is nobody's takes as long."""
    _matches(code, _NOBODYS)


def clear_text(dispatch: Dispatch) -> str:
    """The words of a dispatch as they leave: those of a code are unsealed. Raises LetterError when they cannot be."""
    return unseal(dispatch.text.encode()).decode() if dispatch.kind == "code" else dispatch.text


def has_run_out(dispatch: Dispatch) -> bool:
    """Whether this is a code that would no longer work when it arrives."""
    until = dispatch.facts.get("until")
    return dispatch.kind == "code" and until is not None and datetime.fromisoformat(until) <= clock.now()


def patients_page(slug: str) -> str:
    """The address where a patient goes with their code; empty when this site does not know its own. It names nobody."""
    return f"{settings.SITE_URL}{reverse(PATIENTS_PAGE, args=[slug])}" if settings.SITE_URL else ""


def _where(slug: str) -> str:
    page = patients_page(slug)
    return _("Go to this page: {address}").format(address=page) if page else ""


def _digest(code: str, salt: str) -> str:
    words = re.sub(r"[^A-Z0-9]", "", code[:40].upper())
    return f"{salt}${salted_hmac(f'painpath.letters.codes{salt}', words, algorithm='sha256').hexdigest()}"


def _matches(code: str, digest: str) -> bool:
    return constant_time_compare(_digest(code, digest.partition("$")[0]), digest)


_NOBODYS = f"{'0' * 32}${'0' * 64}"
"""Compared with when there is no code: no code has this digest."""
