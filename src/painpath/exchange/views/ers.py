"""e-RS by its API, in the session of whoever is signed in there. Each call is somebody's own act.

These views ask another server, so that they run outside any transaction (`opens_scopes`) and open the scope themselves.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from painpath.accounts import audit
from painpath.accounts.models import Membership
from painpath.accounts.scope import scope
from painpath.exchange.ers import bodies, connection, replying, signin, taking
from painpath.exchange.ers.before_sending import Reply, Seen, look, reply_of
from painpath.exchange.ers.client import Client, Garbled
from painpath.exchange.ers.connection import Connection
from painpath.exchange.ers.errors import Trouble
from painpath.exchange.ers.fetching import Kind
from painpath.exchange.ers.model import Worklist
from painpath.exchange.ers.operations import SPCA, Acting, NotAllowed
from painpath.exchange.ers.replying import Changed
from painpath.exchange.ers.site import Site, site_of
from painpath.exchange.ers_forms import Choose, ForWhom, Send, usable
from painpath.exchange.presenters import ers as presenter
from painpath.letters.models import Dispatch
from painpath.referrals import pathways
from painpath.referrals.refusal import Refused
from painpath.triage.views.base import member
from painpath.web import errors
from painpath.web.access import opens_scopes

View = Callable[..., HttpResponse]
NEXT = "ers_next"
NOTHING_CHANGED = "Nothing has changed here or in e-RS, and nothing is lost."
WAITS_HERE = "The reply waits here with all that was written, and nothing is lost."
_KEPT = {
    "ers-take": "Nothing was taken in. The request stays in e-RS as it is, and nothing is lost.",
    "ers-send": f"{WAITS_HERE} It can be sent by hand too.",
}
"""What is kept when something goes wrong, by the name of the page."""


def _ers(view: View) -> View:
    """Only where the service has switched it on; every trouble is a page with its sentence."""

    @wraps(view)
    def inner(request: HttpRequest, **path: Any) -> HttpResponse:
        by = member(request)
        with scope(by.service_id, by.user_id):
            site = site_of(pathways.in_force(by.service)[0])
        try:
            if site is None:
                raise Http404
            return view(request, site, by, **path)
        except Http404 as error:
            return errors.not_found(request, error)
        except Trouble as said:
            if said.then == "sign_in":
                connection.forget(request)
            kept = WAITS_HERE if said.unsure else ""
            return _trouble(request, by, said.sentence, sign_in=said.then == "sign_in", kept=kept)
        except NotAllowed as said:
            return _trouble(request, by, said.sentence)

    return opens_scopes(inner)


def _page(request: HttpRequest, by: Membership, template: str, status: int = 200, **context: Any) -> HttpResponse:
    with scope(by.service_id, by.user_id):
        return render(request, f"exchange/{template}.jinja", context, status=status)


def _trouble(
    request: HttpRequest, by: Membership, sentence: str, *, sign_in: bool = False, kept: str = ""
) -> HttpResponse:
    sign_in = sign_in or request.path == reverse("exchange:ers-back")  # a code is used once: it cannot be tried again
    # No 5xx: with one, Django would not keep what has been forgotten of the session.
    kept = kept or _KEPT.get((request.resolver_match and request.resolver_match.url_name) or "", NOTHING_CHANGED)
    back = request.path if request.method == "GET" else ""
    context = {"sentence": sentence, "kept": kept, "sign_in": sign_in, "back": back}
    return _page(request, by, "ers_trouble", 409, **context)


def _connected(request: HttpRequest, site: Site, by: Membership) -> tuple[Connection, Client] | None:
    """The connection of this person, ready to work; None where they have to sign in or choose first."""
    found = connection.connection(request, by, site)
    if found is None or not found.acting.role:
        return None
    return found, connection.client(site, found)


def _first(request: HttpRequest, site: Site, by: Membership) -> HttpResponse:
    """What has to come first: signing in, or choosing the role. Then it goes on where somebody wanted to go."""
    if request.method == "GET":
        request.session[NEXT] = request.path
    if connection.connection(request, by, site) is None:
        return _page(request, by, "ers_sign_in")
    return redirect("exchange:ers-role")


@require_safe
@_ers
def sign_in(request: HttpRequest, site: Site, by: Membership) -> HttpResponse:
    """Off to the NHS sign-in."""
    begun = signin.begin(site, back_to=_back_to(request))
    connection.keep_begun(request, begun)
    return redirect(begun.address)


@require_safe
@_ers
def back(request: HttpRequest, site: Site, by: Membership) -> HttpResponse:
    """Somebody comes back from the NHS sign-in."""
    begun = connection.take_begun(request)
    if begun is None:
        raise Trouble(signin.NOT_BEGUN, "sign_in")
    if "error" in request.GET:
        raise signin.refused(request.GET["error"])
    found = signin.finish(
        site, begun, state=request.GET.get("state", ""), code=request.GET.get("code", ""), back_to=_back_to(request)
    )
    connection.keep(request, by, found, Acting("user"))
    with scope(by.service_id, by.user_id):
        audit.record(by, "ers.sign_in", by)
    return redirect("exchange:ers-role")


def _back_to(request: HttpRequest) -> str:
    path = reverse("exchange:ers-back")
    return f"{settings.SITE_URL}{path}" if settings.SITE_URL else request.build_absolute_uri(path)


@_ers
def role(request: HttpRequest, site: Site, by: Membership) -> HttpResponse:
    """For which organisation and in which role; an administrator says for which clinician too."""
    found = connection.connection(request, by, site)
    if found is None:
        return _first(request, site, by)
    if "again" in request.GET and request.method != "POST":
        connection.keep(request, by, found.tokens, Acting("user"))
        return redirect("exchange:ers-role")
    client = connection.client(site, found)
    if found.acting.role == SPCA and not found.acting.on_behalf_of:
        able = client.on_behalf_of()
        whom = ForWhom(request.POST if "whom" in request.POST or "for" in request.POST else None, whom=able)
        if whom.is_bound and whom.is_valid():
            acting = Acting("user", found.acting.organisation, SPCA, whom.cleaned_data["whom"])
            connection.keep(request, by, found.tokens, acting)
            return _go_on(request)
        return _page(request, by, "ers_role", 422 if whom.errors else 200, form=whom, asks="for", empty=not able)
    roles = client.roles()
    form = Choose(request.POST if request.method == "POST" else None, roles=roles)
    if form.is_bound and form.is_valid():
        organisation, _, code = form.cleaned_data["role"].partition(" ")
        connection.keep(request, by, found.tokens, Acting("user", organisation, code))
        return redirect("exchange:ers-role") if code == SPCA else _go_on(request)
    return _page(request, by, "ers_role", 422 if form.errors else 200, form=form, asks="role", empty=not usable(roles))


def _go_on(request: HttpRequest) -> HttpResponse:
    return redirect(request.session.pop(NEXT, "") or reverse("exchange:ers"))


@require_POST
@_ers
def sign_out(request: HttpRequest, site: Site, by: Membership) -> HttpResponse:
    """The connection with e-RS ends; here they stay signed in."""
    connection.forget(request)
    messages.success(request, "You are signed out of e-RS.")
    return redirect("exchange:ers")


@require_safe
@_ers
def worklist(request: HttpRequest, site: Site, by: Membership) -> HttpResponse:
    """What waits in e-RS for this organisation: requests for advice, referrals for triage, or both. Where one list does
    not come, the other one is there all the same."""
    found = _connected(request, site, by)
    if found is None:
        return _first(request, site, by)
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
        came = {
            kind: len(one.items) for kind, one, trouble in listed if not trouble
        }  # of one that did not come: nothing
        audit.record(by, "ers.worklist", by, **came)
        sections = [presenter.section(kind, one, by, trouble) for kind, one, trouble in listed]
    acting = presenter.acting_words(found[0].acting)
    return _page(request, by, "ers_worklist", sections=sections, acting=acting)


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
@_ers
def take(request: HttpRequest, site: Site, by: Membership) -> HttpResponse:
    """Take one request in, or what is new of it."""
    found = _connected(request, site, by)
    if found is None:
        return _first(request, site, by)
    try:
        taken = taking.take(ubrn=request.POST.get("ubrn", ""), client=found[1], by=by, kind=_kind(request, by))
    except taking.Left as left:
        row = left.message
        context = {"sentence": left.sentence, "message": row.pk, "settled": row.settled_at is not None}
        return _page(request, by, "ers_left", 409, **context)
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


@_ers
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
    found = _connected(request, site, by)
    if request.method != "POST":
        if found is None:
            return _first(request, site, by)
        typed = connection.typed(request, by, dispatch)
        page = _send_page(request, by, reply, look(reply, found[1]), typed=typed)
        connection.forget_typed(request)
        return page
    try:
        if found is not None:
            return _press(request, by, reply, *found)
    except Trouble as said:
        if said.then == "sign_in":
            _keep_typed(request, by, dispatch)
        raise
    _keep_typed(request, by, dispatch)
    return _first(request, site, by)


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
        kept = "" if not isinstance(said, Trouble) else WAITS_HERE if said.unsure else _KEPT["ers-send"]
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
    return _page(request, by, "ers_send", status, form=form, changed=changed, kept=kept, **context)
