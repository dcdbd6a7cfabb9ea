"""What somebody tells the team about their own referral. Each page begins with what to do when it cannot wait.

The form comes back with everything typed when it is refused; sent twice, it is one. Whoever has said that they act for
the patient says everything else as that, until they leave.
"""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from painpath.letters import closing
from painpath.letters.online import can_be
from painpath.letters.where_it_is import day, moment
from painpath.patients import mine_forms as forms
from painpath.patients.presenters.around import behind_code
from painpath.patients.presenters.mine import telling
from painpath.patients.seen import ACTS_FOR, Seen, seen
from painpath.referrals.arriving import needs
from painpath.referrals.looking import look
from painpath.referrals.models import InformationRequest, ReportedChange, SignpostFollowUp
from painpath.referrals.moves import check_move
from painpath.referrals.referring import answering, changing, patient_acts
from painpath.referrals.referring.patient_acts import Proxy
from painpath.referrals.refusal import Refused
from painpath.web.forms import Form, render_form

GET_AND_POST = ["GET", "HEAD", "POST"]


def _proxy(request: HttpRequest, seen: Seen) -> Proxy | None:
    pk = request.session.get(ACTS_FOR)
    return patient_acts.proxy_of(seen.referral, pk) if isinstance(pk, int) else None


def _page(request: HttpRequest, seen: Seen, form: Form, **context: Any) -> HttpResponse:
    proxy = _proxy(request, seen)
    told = telling(seen.pathway, changing.due(seen.referral)) | {"proxy": proxy.name if proxy else "", "before": ()}
    return render_form(request, "patients/tell.jinja", form, **behind_code(seen) | told | context)


def _tell(
    request: HttpRequest, seen: Seen, form: Form, act: Callable[[dict[str, Any]], ReportedChange | None],
    done: Callable[[ReportedChange | None], str], **context: Any,
) -> HttpResponse:  # fmt: skip
    """The form, and when it is right the act; refused, everything typed stands there with the reason."""
    if request.method == "POST" and form.is_valid():
        try:
            change = act(form.cleaned_data)
        except Refused as refused:
            form.add_error(None, _(refused.sentence))
        else:
            messages.success(request, done(change))
            return HttpResponseRedirect(seen.to("status"))
    look(seen.referral, by=seen.by)
    return _page(request, seen, form, **context)


def _given(request: HttpRequest) -> tuple[Any, ...]:
    return (request.POST,) if request.method == "POST" else ()


def _read_by(change: ReportedChange | None) -> str:
    if change is None:
        return _("Thank you. We have noted it.")
    return _("Sent. One of our team reads this by {time}.").format(time=moment(change.due_at))


@require_http_methods(GET_AND_POST)
@seen
def changed(request: HttpRequest, seen: Seen) -> HttpResponse:
    """Something has changed."""
    status = seen.pathway.patient_status
    if request.method != "POST":
        changing.check_report(seen.referral, by=seen.by)
    proxy = _proxy(request, seen)

    def act(given: dict[str, Any]) -> ReportedChange:
        words = given["words"] + (f"\n({proxy})" if proxy else "")
        return changing.report_change(
            referral=seen.referral, by=seen.by, kind=given["kind"], words=words, key=given["key"], side="patient"
        )

    def done(change: ReportedChange | None) -> str:
        urgent = change is not None and status.change(change.kind).urgent
        danger = (
            " " + _("If it gets worse, or you do not feel safe, do not wait for us. Get help now.") if urgent else ""
        )
        return _read_by(change) + danger

    return _tell(
        request, seen, forms.Changed(*_given(request), status=status), act, done, heading=_("Something has changed"),
        button=_("Send this to the team"),
    )  # fmt: skip


@require_http_methods(GET_AND_POST)
@seen
def ready(request: HttpRequest, seen: Seen) -> HttpResponse:
    """I think I'm ready."""
    if request.method != "POST":
        check_move("say_ready", seen.referral, by=seen.by)
    form = forms.InWords(*_given(request), label=_("What has changed for you?"), hint=_("You do not have to say."))
    return _tell(
        request, seen, form,
        lambda given: patient_acts.say_ready(
            referral=seen.referral, by=seen.by, words=given["words"], key=given["key"], proxy=_proxy(request, seen)
        ),
        _read_by, heading=_("I think I am ready"), button=_("I am ready"),
        intro=(_("You do not have to wait for the day in our letter. Tell us, and we look at your referral again."),),
    )  # fmt: skip


@require_http_methods(GET_AND_POST)
@seen
def look_again(request: HttpRequest, seen: Seen) -> HttpResponse:
    """Please look again: another clinician does."""
    if request.method != "POST":
        check_move("look_again", seen.referral, by=seen.by)
    form = forms.InWords(
        *_given(request), label=_("What should we know, or know better?"),
        error=_("Write a few words, so that we know what to look at"),
    )  # fmt: skip
    return _tell(
        request, seen, form,
        lambda given: patient_acts.look_again(
            referral=seen.referral, by=seen.by, words=given["words"], key=given["key"], proxy=_proxy(request, seen)
        ),
        _read_by, heading=_("Please look again"), button=_("Ask us to look again"),
        intro=(_("You can ask us to look at our decision again. Somebody else in our team does this."),),
    )  # fmt: skip


@require_http_methods(GET_AND_POST)
@seen
def withdraw(request: HttpRequest, seen: Seen) -> HttpResponse:
    """I do not want this any more: what it means, the way back, then the press of a button."""
    if request.method != "POST":
        check_move("withdraw", seen.referral, by=seen.by)
    form = forms.InWords(*_given(request), label=_("Why do you want to stop?"), hint=_("You do not have to say."))
    return _tell(
        request, seen, form,
        lambda given: closing.withdraw(
            referral=seen.referral, by=seen.by, words=given["words"], key=given["key"], proxy=_proxy(request, seen)
        ),
        _read_by, heading=_("I do not want this any more"), button=_("Yes, stop my referral"), danger=True,
        intro=seen.pathway.patient_status.plain_withdraw,
    )  # fmt: skip


@require_http_methods(GET_AND_POST)
@seen
def got_there(request: HttpRequest, seen: Seen, follow_up: int) -> HttpResponse:
    """Did you get there?"""
    row = SignpostFollowUp.objects.filter(referral=seen.referral, pk=follow_up).first()
    if row is None:
        raise Http404
    row.referral = seen.referral
    return _tell(
        request, seen, forms.GotThere(*_given(request), name=row.name),
        lambda given: patient_acts.answer_follow_up(
            follow_up=row, by=seen.by, there=given["there"] == "yes", words=given["words"], key=given["key"],
            proxy=_proxy(request, seen),
        ),
        _read_by, heading=_("Did you get there?"), button=_("Send"),
        intro=(_("If it did not work, we look at your referral again."),),
    )  # fmt: skip


@require_http_methods(GET_AND_POST)
@seen
def answer(request: HttpRequest, seen: Seen, asked: int) -> HttpResponse:
    """Only what was asked and has no answer yet, each question with its own field."""
    row = InformationRequest.objects.filter(referral=seen.referral, of="patient", pk=asked, questionnaire="").first()
    if row is None:
        raise Http404
    row.referral = seen.referral
    if request.method != "POST":
        answering.check_answer(row, by=seen.by)
    every = {number: item["words"] for number, item in enumerate(row.items)}
    again = {number: words for number, words in every.items() if forms.Answers.name(number) in request.POST}
    form = forms.Answers(*_given(request), questions=answering.unanswered(row) or again or every)

    def act(given: dict[str, Any]) -> None:
        later = given.get("rest") == "later" and len(form.answers()) < len(form.questions)
        proxy = _proxy(request, seen)
        answering.answer(
            request=row, by=seen.by, answers=form.answers(), more_follows=later, said_by=str(proxy) if proxy else ""
        )

    thanks = _("Thank you. Your answers have been sent. One of our team reads them.")
    return _tell(
        request, seen, form, act, lambda change: thanks,
        heading=_("Answer our questions"), button=_("Send my answers"),
        intro=(
            _("Please answer by {day} if you can. There are no right or wrong answers.").format(day=day(row.due_on)),
            _("You can leave a question out. Your referral stays open."),
        ),
        before=[(item["words"], item["answer"]) for item in row.items if item.get("answer")],
    )  # fmt: skip


@require_http_methods(GET_AND_POST)
@seen
def say_needs(request: HttpRequest, seen: Seen) -> HttpResponse:
    """What somebody needs so that they can read, hear and answer us."""
    if request.method != "POST":
        needs.check_record(seen.referral, by=seen.by)
    patient = seen.referral.patient
    if patient is None:
        raise Http404
    proxy = _proxy(request, seen)
    # Their own choice: whoever acts for somebody cannot take paper away from them. It can always be taken back.
    offered = proxy is None and (patient.letters_online or can_be(seen.referral))
    form = forms.Needs(*_given(request), lists=seen.pathway.communication, patient=patient, online=offered)
    names = ("needs", "letter_format", "other", "interpreter", "language", "key")
    return _tell(
        request, seen, form,
        lambda given: patient_acts.say_needs(
            referral=seen.referral, by=seen.by, proxy=proxy, **{name: given[name] for name in names},
            letters_online=given["letters"] == "online" if offered else None,
        ),
        lambda change: _("Thank you. We do this from now on, and our whole team sees it."),
        heading=_("What helps you to read, hear and answer us"), button=_("Save"),
        intro=(_("This is what we have on record. Change it until it is right."),),
    )  # fmt: skip


@require_http_methods(GET_AND_POST)
@seen
def contact(request: HttpRequest, seen: Seen) -> HttpResponse:
    """New contact details, and how to get in touch safely."""
    if request.method != "POST":
        changing.check_report(seen.referral, by=seen.by)
    return _tell(
        request, seen, forms.ContactDetails(*_given(request)),
        lambda given: patient_acts.say_contact(
            referral=seen.referral, by=seen.by, details=given["details"], safety=given["safety"], key=given["key"],
            proxy=_proxy(request, seen),
        ),
        _read_by, heading=_("How to reach you"), button=_("Send this to the team"),
    )  # fmt: skip


@require_http_methods(GET_AND_POST)
@seen
def acting_for(request: HttpRequest, seen: Seen) -> HttpResponse:
    """Somebody says that they act for the patient: everything they tell us afterwards is said as that."""
    if request.method != "POST":
        changing.check_report(seen.referral, by=seen.by)

    def act(given: dict[str, Any]) -> ReportedChange:
        change = patient_acts.act_for(
            referral=seen.referral, by=seen.by, proxy=Proxy(given["name"], given["relationship"]),
            words=given["words"], key=given["key"],
        )  # fmt: skip
        request.session[ACTS_FOR] = change.pk
        return change

    return _tell(
        request, seen, forms.ActingFor(*_given(request)), act, _read_by, heading=_("I act for somebody"),
        button=_("Send"),
        intro=(_("Do you look after the person whose referral this is? Tell us who you are. Our team gets in touch."),),
    )  # fmt: skip
