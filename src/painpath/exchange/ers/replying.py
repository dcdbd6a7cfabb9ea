"""A signed reply goes into e-RS: read first, sent with the version that the clinician has seen, then marked as sent.

Reading first is what makes a second press safe: what stands in e-RS already, because an answer was lost on its way or
the program died before it wrote it down, is found there by its words and is not sent again. A request that has changed
is shown with what changed, and the clinician decides again. Whatever goes wrong, the reply stays waiting.

That it is being sent stands in its row (`letters.ers.begin`), written before e-RS is asked; what became of it is
written after. Between them no transaction is open, and no connection with our database is held.
"""

from collections.abc import Sequence

from painpath.accounts import audit
from painpath.accounts.models import Membership
from painpath.accounts.roles import CLINICIAN
from painpath.accounts.scope import scope
from painpath.exchange.ers import bodies, whose
from painpath.exchange.ers.before_sending import Reply, Seen, look, not_on_record, reply_of, stands_there, unread
from painpath.exchange.ers.bodies import Body, Uploaded
from painpath.exchange.ers.client import Client
from painpath.exchange.ers.errors import Trouble, may_stand
from painpath.exchange.ers.fetching import state_words
from painpath.exchange.ers.model import WAITS, AdviceRequest
from painpath.exchange.ers.operations import NotAllowed
from painpath.letters import ers
from painpath.letters.models import Dispatch
from painpath.referrals.refusal import Refused


class Changed(Exception):
    """The request is not as it was when the clinician saw it. Nothing was sent."""

    def __init__(self, seen: Seen) -> None:
        self.seen = seen


def send(
    *, reply: Reply, client: Client, by: Membership, seen_version: str, priority: str, for_admin: str = "",
    subject: str = "",
) -> None:  # fmt: skip
    """Send a reply, by a person's own act. To be called outside any transaction. `subject` is who they are to the NHS
    sign-in: with the role and the priority it stays on record.

    Raises Changed, Trouble or `Refused`; then it waits as before. Returns when it stands in e-RS and is recorded.
    """
    with scope(by.service_id, by.user_id):
        began = ers.begin(reply.dispatch)
        reply = reply_of(reply.dispatch.pk, by=by)  # nothing may have happened to it meanwhile
        contents = [(one.name, bytes(one.content)) for one in reply.files]
    perhaps = False
    try:
        return _send(reply, contents, client, by, seen_version, _pressed(client, priority, for_admin, subject))
    except (Trouble, Changed, NotAllowed, Refused) as said:
        perhaps = isinstance(said, Trouble) and said.unsure
        raise
    except BaseException:
        perhaps = True
        raise
    finally:
        with scope(by.service_id, by.user_id):
            ers.end(reply.dispatch, by=by, began=began, perhaps=perhaps)


def _send(
    reply: Reply, contents: Sequence[tuple[str, bytes]], client: Client, by: Membership, seen_version: str,
    press: dict[str, str],
) -> None:  # fmt: skip
    seen = look(reply, client)
    if differs := whose.difference(seen.request.nhs_number, reply.dispatch.referral):
        raise Refused(f"{differs}. Nothing was sent. Look in e-RS, and correct what is wrong in the details first.")
    if stands_there(reply, seen):
        return _mark(reply, by, seen.version, found=True)
    if seen.version != seen_version:
        raise Changed(seen)
    _check(reply, seen)
    check_who(reply, seen, press["priority"], by=by)
    with scope(by.service_id, by.user_id):
        reply_of(reply.dispatch.pk, by=by)  # while e-RS was asked, somebody may have reversed the decision
        ers.press(reply.dispatch, press)
        reply.dispatch.facts["press"] = press  # what is looked for if e-RS took it and says that it did not
    try:
        version = _write(reply, contents, client, seen, press["priority"], press["for_admin"])
    except Trouble as said:
        with scope(by.service_id, by.user_id):
            audit.record(by, "ers.trouble", reply.dispatch, status=said.status, codes=list(said.codes),
                         correlation=said.correlation, unsure=said.unsure)  # fmt: skip
        if said.then != "read_again":
            raise
        try:
            again = look(reply, client)
        except Trouble as failed:  # what stands there since, nobody knows
            raise may_stand(failed) if said.unsure else failed from None
        if stands_there(reply, again):  # e-RS said 503 and took it: our own words are what has changed
            return _mark(reply, by, again.version, found=True)
        if again.version == seen_version:
            raise
        raise Changed(again) from None
    return _mark(reply, by, version)


def _pressed(client: Client, priority: str, for_admin: str, subject: str) -> dict[str, str]:
    """What is kept of a press, and as whom it was made in e-RS."""
    acting = client.acting
    return {
        "priority": priority, "for_admin": for_admin, "organisation": acting.organisation, "role": acting.role,
        "on_behalf_of": acting.on_behalf_of, "signed_in_as": subject[:100],
    }  # fmt: skip


def check_who(reply: Reply, seen: Seen, priority: str, *, by: Membership) -> None:
    """Raise `Refused` where sending this is a clinical decision and `by` is no clinician: the referrer has written what
    the decision may not know, or the priority is to change."""
    if by.role == CLINICIAN:
        return
    if unread(reply, seen):
        raise Refused(
            "The referrer has written since the decision, or nobody has taken in what they wrote. Take it in. A "
            "clinician then looks whether the reply still holds, and sends it."
        )
    if reply.kind == "triage" and not_on_record(reply, seen):
        raise Refused(
            "The referral in e-RS is not as it was taken in, or nobody has taken it in. Take it in. A clinician then "
            "looks whether the decision still holds, and sends it."
        )
    if reply.has_priority and priority != seen.request.priority:
        raise Refused(
            "This is not the priority that the request has in e-RS. A clinician chooses another and sends it."
        )


def _check(reply: Reply, seen: Seen) -> None:
    state = state_words(seen.request.state).lower()
    if reply.kind == "triage":
        if not seen.may_record:
            raise Refused(
                f"e-RS does not let an outcome of triage be recorded for this referral now (it stands there as: "
                f"{state}). Nothing was sent. Look in e-RS, do there by hand what fits, and tell the referrer in "
                "another way if need be."
            )
        return
    if seen.request.state != WAITS:
        raise Refused(
            f"e-RS does not wait for our reply to this request (it stands there as: {state}). Look in e-RS, and tell "
            "the referrer in another way if need be."
        )
    may = seen.request.may_convert if isinstance(seen.request, AdviceRequest) else None
    if reply.converts and may is not True:
        raise Refused(
            "The referrer does not let us convert this request in e-RS. Reverse the decision, correct that in the "
            "details of the referral, and decide again."
        )


def _write(
    reply: Reply, contents: Sequence[tuple[str, bytes]], client: Client, seen: Seen, priority: str, for_admin: str
) -> str:
    """Upload the files, then send. Gives the version after it, where e-RS says it."""
    text, facts = reply.dispatch.text, reply.dispatch.facts

    def body(files: list[Uploaded]) -> Body:
        if reply.kind == "triage":
            other = priority if reply.accepts and priority != seen.request.priority else ""
            words = for_admin if reply.for_admin else text
            return bodies.review(outcome=facts["outcome"], text=words, priority=other, files=files)
        if reply.converts:
            return bodies.conversion(
                request=reply.ubrn, version=seen.version, text=text, priority=priority, for_admin=for_admin, files=files
            )
        return bodies.reply(
            outcome=facts["outcome"], recommendation=facts["recommendation"], text=text, priority=priority, files=files
        )

    body([])  # what must not go is found before a file is uploaded
    files = [client.upload(name, content, request=reply.ubrn) for name, content in contents]
    if reply.kind == "triage":
        recorded = client.review(reply.ubrn, seen.version, body(files))
        return recorded.version if recorded else ""
    if reply.converts:
        made = client.convert(body(files))
        return made.version if made else ""
    after = client.reply(reply.ubrn, seen.version, body(files))
    return after.version if after else ""


def _mark(reply: Reply, by: Membership, version: str, *, found: bool = False) -> None:
    refused = None
    with scope(by.service_id, by.user_id):
        try:
            ers.mark_sent(dispatch=reply.dispatch, by=by, from_here=not found, version=version)
        except Refused as said:
            refused = said
            ers.gone_all_the_same(reply.dispatch, by=by)
        press = Dispatch.objects.values_list("facts", flat=True).get(pk=reply.dispatch.pk).get("press", {})
        codes = {name: press[name] for name in press if name != "for_admin"}
        audit.record(
            by, "ers.reply", reply.dispatch, version=version, found=found, stopped=refused is not None, **codes
        )
    if refused is not None:
        then = "put that right in e-RS" if reply.accepts else "tell the referrer what is right now"
        raise Refused(
            "This reply was stopped while it was being sent, and it stands in e-RS all the same. A clinician has the "
            f"task to {then}."
        )
