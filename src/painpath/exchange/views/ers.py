"""The work in e-RS, in the session of whoever is signed in there: what waits, taking in, sending. Each call is
somebody's own act."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from painpath.accounts import audit
from painpath.accounts.models import Membership
from painpath.accounts.scope import scope
from painpath.exchange.ers import bodies, connection, replying, taking
from painpath.exchange.ers.before_sending import Reply, Seen, look, reply_of
from painpath.exchange.ers.client import Client, Garbled
from painpath.exchange.ers.connection import Connection
from painpath.exchange.ers.errors import Trouble
from painpath.exchange.ers.fetching import Kind
from painpath.exchange.ers.model import Worklist
from painpath.exchange.ers.operations import NotAllowed
from painpath.exchange.ers.replying import Changed
from painpath.exchange.ers.site import Site
from painpath.exchange.ers_forms import Send
from painpath.exchange.presenters import ers as presenter
from painpath.exchange.views.ers_frame import KEPT, NEXT, WAITS_HERE, connected, first, in_ers, page
from painpath.letters.models import Dispatch
from painpath.referrals import pathways
from painpath.referrals.refusal import Refused


@require_safe
@in_ers
def worklist(request: HttpRequest, site: Site, by: Membership) -> HttpResponse:
    """What waits in e-RS for this organisation: requests for advice, referrals for triage, or both. Where one list does
    not come, the other one is there all the same."""
    found = connected(request, site, by)
    if found is None:
        return first(request, site, by)
    with scope(by.service_id, by.user_id):
        wanted = pathways.in_force(by.service)[0].exchange
    listed: list[tuple[Kind, Worklist, str]] = []
    for kind in wanted.ers_lists:
        try:
            listed.append((kind, _listed(kind, wanted.ers_triage_services, found[1], by), ""))
        except Trouble as said:
            if said.then == "sign_in" or len(wanted.ers_lists) == 1:
                raise
            listed.append((kind, Worklist(()), said.sentence))
    with scope(by.service_id, by.user_id):
        came = {kind: len(one.items) for kind, one, trouble in listed if not trouble}
        audit.record(by, "ers.worklist", by, **came)
        sections = [presenter.section(kind, one, by, trouble) for kind, one, trouble in listed]
    acting = presenter.acting_words(found[0].acting)
    return page(request, by, "ers_worklist", sections=sections, acting=acting)


def _listed(kind: Kind, services: Sequence[str], client: Client, by: Membership) -> Worklist:
    """One list: of triage that of each service of this team, so that nobody reads what waits for another one. Where
    that of one of several services does not come, the others are there, and it is said."""
    if kind == "advice":
        with _kept(taking.ADVICE_LIST, by):
            return client.advice_worklist(bodies.advice_worklist())
    every, warnings = list[Worklist](), list[str]()
    for number, one in enumerate(services, 1):
        try:
            with _kept(taking.LIST, by):
                body = bodies.referral_worklist("REFERRALS_FOR_REVIEW", service=one)
                every.append(client.referral_worklist(body))
        except Trouble as said:
            if said.then == "sign_in" or (number == len(services) and not every):
                raise
            warnings.append(f"The list of the service {one} of e-RS has not come. {said.sentence}")
    items = {item.ubrn: item for one in every for item in one.items}
    return Worklist(tuple(items.values()), (*warnings, *(words for one in every for words in one.warnings)))


@contextmanager
def _kept(name: str, by: Membership) -> Iterator[None]:
    """A list that cannot be read is kept for a person."""
    try:
        yield
    except Garbled as garbled:
        taking.keep_garbled(name, garbled, by)
        raise


@require_POST
@in_ers
def take(request: HttpRequest, site: Site, by: Membership) -> HttpResponse:
    """Take one request in, or what is new of it."""
    found = connected(request, site, by)
    if found is None:
        return first(request, site, by)
    try:
        taken = taking.take(ubrn=request.POST.get("ubrn", ""), client=found[1], by=by, kind=_kind(request, by))
    except taking.Left as left:
        row = left.message
        context = {"sentence": left.sentence, "message": row.pk, "settled": row.settled_at is not None}
        return page(request, by, "ers_left", 409, **context)
    reference = taken.referral.reference
    if taken.new:
        messages.success(request, f"Taken in. The reference is {reference}. Confirm whom it is about.")
    elif taken.messages or taken.files:
        messages.success(request, f"What is new was added to referral {reference}.")
    else:
        messages.success(request, f"Nothing is new: all of it is with referral {reference} already.")
    for warning in taken.warnings:
        messages.warning(request, warning)
    registered = taken.referral.is_registered
    return redirect("triage:referral" if registered else "triage:register", reference=reference)


def _kind(request: HttpRequest, by: Membership) -> Kind:
    """What is taken in: a request for advice unless the button says otherwise."""
    if request.POST.get("kind") != "triage":
        return "advice"
    with scope(by.service_id, by.user_id):
        if "triage" not in pathways.in_force(by.service)[0].exchange.ers_lists:
            raise Http404
    return "triage"


@in_ers
def send(request: HttpRequest, site: Site, by: Membership, reference: str, dispatch: int) -> HttpResponse:
    """A reply that waits: shown beside the request as it stands in e-RS, and sent by a press."""
    with scope(by.service_id, by.user_id):
        try:
            reply = reply_of(dispatch, by=by)
        except Dispatch.DoesNotExist:
            raise Http404 from None
        if reply.dispatch.referral.reference != reference:
            raise Http404
        audit.record(by, "referral.look", reply.dispatch.referral)
    found = connected(request, site, by)
    if request.method != "POST":
        if found is None:
            return first(request, site, by)
        typed = connection.typed(request, by, dispatch)
        answer = _send_page(request, by, reply, look(reply, found[1]), typed=typed)
        connection.forget_typed(request)
        return answer
    try:
        if found is not None:
            return _press(request, by, reply, *found)
    except Trouble as said:
        if said.then == "sign_in":
            _keep_typed(request, by, dispatch)
        raise
    _keep_typed(request, by, dispatch)
    return first(request, site, by)


def _keep_typed(request: HttpRequest, by: Membership, dispatch: int) -> None:
    """The sign-in has ended at the press: what was typed is there again when they have signed in."""
    request.session[NEXT] = request.path
    connection.keep_typed(request, by, dispatch, request.POST.get("priority", ""), request.POST.get("for_admin", ""))


def _press(request: HttpRequest, by: Membership, reply: Reply, found: Connection, client: Client) -> HttpResponse:
    form = Send(request.POST, for_admin=reply.for_admin, has_priority=reply.has_priority, initial={})
    if not form.is_valid():
        return _send_page(request, by, reply, look(reply, client), form=form)
    try:
        replying.send(
            reply=reply, client=client, by=by, seen_version=form.cleaned_data["seen_version"],
            priority=form.cleaned_data.get("priority", ""), for_admin=form.cleaned_data.get("for_admin", ""),
            subject=found.tokens.subject,
        )  # fmt: skip
    except Changed as changed:
        marks = form.cleaned_data["seen_messages"].split(",")
        new, files = changed.seen.since(marks), changed.seen.files_since(marks)
        return _send_page(request, by, reply, changed.seen, typed=form.cleaned_data, new=new, files=files, changed=True)
    except (Trouble, NotAllowed, Refused) as said:
        if isinstance(said, Trouble) and said.then == "sign_in":
            raise
        form.add_error(None, said.sentence)
        kept = "" if not isinstance(said, Trouble) else WAITS_HERE if said.unsure else KEPT["ers-send"]
        return _send_page(request, by, reply, None, form=form, kept=kept)
    what = "Sent: the reply stands in e-RS." if reply.kind == "advice" else "Recorded: the outcome stands in e-RS."
    messages.success(request, what)
    return redirect("triage:ers", reference=reply.dispatch.referral.reference)


def _send_page(
    request: HttpRequest, by: Membership, reply: Reply, seen: Seen | None, *, form: Send | None = None,
    typed: dict[str, Any] | None = None, new: tuple[Any, ...] = (), files: tuple[Any, ...] = (),
    changed: bool = False, kept: str = "",
) -> HttpResponse:  # fmt: skip
    """`seen` is None where e-RS is in trouble just now: the page then says so, and what was typed stays."""
    if form is None and seen is not None:
        initial = {"priority": seen.request.priority, "for_admin": reply.dispatch.text if reply.accepts else ""}
        initial |= typed or {}
        initial |= {"seen_version": seen.version, "seen_messages": ",".join(seen.marks)}
        form = Send(None, for_admin=reply.for_admin, has_priority=reply.has_priority, initial=initial)
    status = 409 if changed else 422 if form is not None and form.errors else 200
    context = presenter.send_page(reply, seen, new, files)
    return page(request, by, "ers_send", status, form=form, changed=changed, kept=kept, **context)
