"""The fields of deciding that only some outcomes need, and what they start with. Nothing is chosen beforehand."""

from collections.abc import Iterable
from typing import Any

from painpath import clock
from painpath.accounts.models import Membership
from painpath.pathway import Pathway
from painpath.pathway.model import Signpost, Stage
from painpath.pathway.outcomes import Outcome as Offer
from painpath.referrals.decisions.accepting import lacks_authority
from painpath.referrals.decisions.asking import Asked, offered
from painpath.referrals.decisions.decision_content import DecisionContent
from painpath.referrals.models import Referral
from painpath.referrals.transitions import STAFF, Outcome
from painpath.triage.presenters.words import day
from painpath.web import forms

OTHER = "other"
Fields = dict[str, Any]


def outcome(outcomes: Iterable[Offer]) -> forms.Radios:
    """What is decided, of the outcomes that are possible."""
    options = [forms.Option(item.id, item.label, item.explanation) for item in outcomes]
    return forms.Radios("What have you decided?", options=options, error="Choose what you have decided")


def acceptance(referral: Referral, pathway: Pathway, needs: tuple[str, ...]) -> Fields:
    """What for, how soon, how long people wait, and since when the clock runs."""
    fields: Fields = {}
    if "stage" in needs:
        fields["stage"] = forms.Radios(
            "What is the patient accepted for?",
            options=[forms.Option(stage.id, stage.name, _waits(stage)) for stage in pathway.stages],
            error="Choose what the patient is accepted for",
        )
    if "priority" in needs:
        fields["priority"] = forms.Radios(
            "How soon?", options=[forms.Option(one.id, one.name, one.plain) for one in pathway.priorities],
            error="Choose the priority",
        )  # fmt: skip
    if "wait" in needs:
        fields |= _wait()
    if "clock_start" in needs and not lacks_authority(referral, pathway):
        fields["clock_started_on"] = forms.Date(
            "When did the referral-to-treatment clock start?",
            hint=f"For a letter usually the day on which we received it: {day(referral.received_at)}",
            error="Enter the day on which the clock started", latest=clock.today,
            called="The day on which the clock started",
        )  # fmt: skip
    return fields


def _waits(stage: Stage) -> str:
    wait = stage.wait
    return f"People wait {wait.weeks_from} to {wait.weeks_to} weeks, as of {day(wait.as_of)}" if wait else ""


def _wait() -> Fields:
    weeks: Fields = {"least": 0, "most": 208}
    return {
        "wait": forms.Radios(
            "How long do people wait for this at present?",
            options=[
                forms.Option(
                    "range", "We can give a range", "Both letters give it with its date",
                    reveals=("wait_from", "wait_to", "wait_as_of"),
                ),
                forms.Option("unknown", "We cannot say yet", "Both letters say so"),
            ],
            error="Give the waiting time with its date, or say that you cannot say yet",
        ),
        "wait_from": forms.Number("From how many weeks", error="Enter from how many weeks people wait", **weeks),
        "wait_to": forms.Number("Up to how many weeks", error="Enter up to how many weeks people wait", **weeks),
        "wait_as_of": forms.Date(
            "On which day was that true?", error="Enter the day on which this waiting time was true",
            latest=clock.today, called="The day on which the waiting time was true",
        ),
    }  # fmt: skip


def redirection(referral: Referral, pathway: Pathway) -> Fields:
    """A service of the pathway, or another one by its name."""
    options = [forms.Option(post.id, post.name, post.plain) for post in _services(referral, pathway)]
    return {
        "target_signpost": forms.Radios(
            "Which service do you redirect to?",
            options=[
                *options, forms.Option(OTHER, "Another service", reveals=("target_service", "target_address")),
            ],
            error="Choose the service",
        ),
        "target_service": forms.Text("Name of the service", error="Name the service"),
        "target_address": forms.TextArea(
            "Postal address of the service", rows=4, required=False, max_length=500,
            hint="Where the documents go. Leave it empty if you do not know it: an administrator looks it up.",
        ),
    }  # fmt: skip


def _services(referral: Referral, pathway: Pathway) -> list[Signpost]:
    place = referral.locality
    return [
        post
        for post in pathway.signposts
        if post.kind == "service" and (not post.localities or not place or place in post.localities)
    ]


def watcher(by: Membership) -> Fields:
    """A member of the team, or somebody outside it."""
    return {
        "watcher_member": forms.Select(
            "Does somebody of the team watch for it?", blank="No, somebody else",
            options=[(str(one.pk), f"{one.name}, {one.job}") for one in team(by)], required=False, says_when=True,
        ),
        "watcher": forms.Text(
            "Who watches for it?", hint="A name or a role, when it is nobody of the team", required=False,
            says_when=True,
        ),
    }  # fmt: skip


def team(by: Membership) -> list[Membership]:
    """Whom the service can rely on to watch: its current clinicians and administrators, by name."""
    members = Membership.objects.current().filter(service_id=by.service_id).filter(role__in=STAFF)
    return list(members.select_related("user").order_by("user__name"))


def asking(outcome: str, pathway: Pathway, clauses: tuple[str, ...]) -> Fields:
    """For each cited criterion what the pathway asks the referrer and the patient; and what else is asked."""
    fields: Fields = {}
    both: tuple[Asked, ...] = ("referrer", "patient") if outcome == Outcome.ASK_REFERRER else ("patient",)
    for of in both:
        for name in offered(pathway, clauses, of):
            fields[f"ask_{of}_{name}"] = forms.TextArea(
                f"Ask the {of} about: {pathway.criterion(name).name}", rows=2, required=False, max_length=1000,
                hint="Change the words as you like. Empty it if you do not ask this.", says_when=True,
            )  # fmt: skip
        fields[f"questions_{of}"] = forms.TextArea(
            f"What else do you ask the {of}?" if fields else f"What do you ask the {of}?", rows=3, required=False,
            hint="One question on each line", says_when=True,
        )  # fmt: skip
    return fields


def withdrawal() -> Fields:
    """Who wishes it to end."""
    return {
        "asked_by": forms.Radios(
            "Who wishes this?",
            options=[
                forms.Option("patient", "The patient"),
                forms.Option(
                    OTHER, "Somebody on the patient's behalf", reveals=("asked_by_name", "asked_by_relationship")
                ),
            ],
            error="Say who wishes this",
        ),
        "asked_by_name": forms.Text("Their name", error="Enter their name"),
        "asked_by_relationship": forms.Text(
            "How are they related, or by which authority do they speak?",
            error="Enter how they are related to the patient, or their authority", max_length=200,
        ),
    }  # fmt: skip


def initial(content: DecisionContent, pathway: Pathway) -> dict[str, Any]:
    """What the fields start with: the draft; and the pathway's questions as long as nobody has changed them."""
    found = {name: getattr(content, name) for name in content.__dataclass_fields__}
    for of in ("referrer", "patient"):
        for name, words in offered(pathway, content.clauses, of).items():
            found[f"ask_{of}_{name}"] = content.asks.get(f"{of}:{name}", words)
    if content.target_service and not content.target_signpost:
        found["target_signpost"] = OTHER
    elif content.target_signpost:
        found["target_service"] = found["target_address"] = ""
    if content.watcher_member is not None:
        found["watcher"] = ""
    return found


def filled(choice: DecisionContent, cleaned: dict[str, Any], pathway: Pathway, by: Membership) -> dict[str, Any]:
    """What the fields say, in the names of `DecisionContent`: names of services and people put in."""
    found = dict(cleaned)
    asks = dict(choice.asks)
    for name in [name for name in found if name.startswith("ask_")]:
        of, criterion = name.removeprefix("ask_").split("_", 1)
        asks[f"{of}:{criterion}"] = found.pop(name)
    found["asks"] = asks
    if "target_signpost" in found:
        chosen = found["target_signpost"]
        if chosen in {post.id for post in pathway.signposts}:
            found |= {"target_service": pathway.signpost(chosen).plain_name, "target_address": ""}
        else:
            found["target_signpost"] = ""
    if "watcher_member" in found:
        chosen = {str(one.pk): one for one in team(by)}.get(found["watcher_member"])
        found["watcher_member"] = chosen.pk if chosen else None
        if chosen:
            found["watcher"] = f"{chosen.name}, {chosen.job}"
    return found
