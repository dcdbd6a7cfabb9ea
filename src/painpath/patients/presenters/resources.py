"""What the service points people to, narrowed down to what somebody is looking for."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from painpath import clock
from painpath.pathway import Pathway
from painpath.pathway.service import Signpost
from painpath.patients.presenters.about import in_words

NOT_KNOWN = "Not known"
"""How an entry says that nobody has found out: nothing to choose."""
_NO_INTERNET = "without-internet"


def resources(pathway: Pathway, wanted: Mapping[str, str]) -> dict[str, Any]:
    """Those that fit what is `wanted`: a topic, a language, a format. What is not known there counts as not wanted."""
    topics = {topic.id: topic.plain_name for topic in pathway.patient_pages.topics}
    formats = {name: _(name) for name in _known(one.formats for one in pathway.signposts)}
    choices = {
        "topic": (_("What is it about?"), topics),
        "language": (_("Language"), {name: _(name) for name in _known(one.languages for one in pathway.signposts)}),
        "format": (_("How can I use it?"), formats | {_NO_INTERNET: _("Without the internet")}),
    }
    chosen = {name: value for name, (_label, known) in choices.items() if (value := wanted.get(name, "")) in known}
    fitting = [one for one in pathway.signposts if _fits(one, chosen)]
    headings = {
        "self_help": _("Things to read and listen to"),
        "service": _("Services"),
        "crisis": _("Help in a crisis"),
        "emergency": _("In an emergency"),
    }
    groups = [
        {"id": f"kind-{kind}", "heading": heading, "resources": [_shown(pathway, one, topics) for one in of_kind]}
        for kind, heading in headings.items()
        if (of_kind := [one for one in fitting if one.kind == kind])
    ]
    count = len(fitting)
    return {
        "title": _("Places that can help"),
        "intro": _("We know these places. Some of them need a letter from your GP."),
        "filters": [
            {"name": name, "label": label, "options": _options(known, chosen.get(name))}
            for name, (label, known) in choices.items()
        ],
        "narrowed": bool(chosen),
        "found": ngettext("We found %(count)d place.", "We found %(count)d places.", count) % {"count": count}
        if count
        else _("We know no place like this."),
        "groups": groups,
    }


def _known(lists: Iterable[tuple[str, ...]]) -> list[str]:
    return sorted({name for names in lists for name in names if not name.startswith(NOT_KNOWN)})


def _options(known: Mapping[str, str], chosen: str | None) -> list[dict[str, Any]]:
    anything = [{"value": "", "text": _("Anything")}]
    return anything + [{"value": value, "text": text, "selected": value == chosen} for value, text in known.items()]


def _fits(one: Signpost, chosen: Mapping[str, str]) -> bool:
    form = chosen.get("format")
    return (
        chosen.get("topic") in (None, *one.topics)
        and chosen.get("language") in (None, *one.languages)
        and (one.without_internet is True if form == _NO_INTERNET else form in (None, *one.formats))
    )


def _shown(pathway: Pathway, one: Signpost, topics: Mapping[str, str]) -> dict[str, Any]:
    internet = {True: _("Yes"), False: _("No"), None: _("Not known")}[one.without_internet]
    places = [place.name for place in pathway.localities if place.id in one.localities]
    facts = [
        (_("What it is"), one.plain_kind or ""),
        (_("About"), ", ".join(topics[topic] for topic in one.topics)),
        (_("For people from"), ", ".join(places)),
        (_("Language"), ", ".join(map(_, one.languages))),
        (_("How you can use it"), ", ".join(map(_, one.formats))),
        (_("Reading"), one.plain_reading or ""),
        (_("Works without the internet"), internet),
        (_("Last checked"), in_words(one.last_checked)),
        (_("Looked after by"), _(one.owner)),
    ]
    stale = pathway.patient_pages.recheck.stale(one.last_checked, clock.today())
    return {"id": one.id, "signpost": one, "facts": [(label, words) for label, words in facts if words], "stale": stale}
