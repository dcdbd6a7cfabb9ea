"""The body map as a field: checkboxes in groups, which are the control; a picture of a person beside them."""

from typing import Any

from django import forms
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from painpath.questionnaires.body import AREAS, BY_CODE, VIEWS, Area
from painpath.questionnaires.body_svg import svg
from painpath.web.forms.choices import Checkboxes, Option

OTHER = gettext_noop("Other places")
TRANSLATED = (  # the words of body.AREAS, which knows nothing of languages: here they are found by those who translate
    gettext_noop("Head and neck"),
    gettext_noop("Left shoulder, arm and hand"),
    gettext_noop("Right shoulder, arm and hand"),
    gettext_noop("Chest and tummy"),
    gettext_noop("Back"),
    gettext_noop("Left hip, leg and foot"),
    gettext_noop("Right hip, leg and foot"),
)


class BodyMapWidget(forms.CheckboxSelectMultiple):
    """Reads its checkboxes as any other; `rendering.component` shows it as the body map."""


class BodyMap(Checkboxes):
    """Any number of places of the body. Without options of its own it offers every region of the picture.

    Options are codes of `questionnaires.body` with their words; one that no picture has is listed under "Other places".
    """

    widget = BodyMapWidget

    def __init__(self, label: str, *, options: Any = (), **kwargs: Any) -> None:
        given = tuple(options) or tuple(Option(region.code, region.label) for region in BY_CODE.values())
        super().__init__(label, options=given, **kwargs)


def body_map(base: dict[str, Any], ident: str, question: dict[str, Any], items: list[dict[str, Any]]) -> dict[str, Any]:
    """The parameters of the macro `body_map`: what every field has, the checkboxes in groups, pictures and words."""
    marked = {item["value"] for item in items if item["checked"]}
    words = {
        "front": _("Front"),
        "back": _("Back"),
        "how": _("Tap each place that hurts. Tap it again to take it back. Or use the list below."),
        "list_only": _("Use the list only"),
        "picture": _("Show the picture"),
        "clear_all": _("Clear all"),
        "marked": _("marked"),
        "not_marked": _("not marked"),
        "cleared": _("Nothing is marked now."),
        "count": _("Places marked:"),
    }
    left, right = _("Your left"), _("Your right")
    groups: list[dict[str, Any]] = []
    for area, name in [*AREAS.items(), (None, OTHER)]:
        inside = [item for item in items if _area_of(item["value"]) == area]
        if inside:
            prefix = f"{ident}-{area or 'other'}" if groups else ident
            count = sum(1 for item in inside if item["checked"])
            groups.append({"legend": _(name), "idPrefix": prefix, "items": inside, "count": count})
    offered = {item["value"] for item in items}
    return base | {
        "id": ident,
        "question": question,
        "groups": groups,
        "words": words,
        "pictures": [
            {
                "words": words[view],
                "svg": SafeString(svg(view, marked, left=left, right=right, ident=ident, only=offered)),
            }
            for view in VIEWS
        ],
        "marked": len(marked),
    }


def _area_of(code: str) -> Area | None:
    return BY_CODE[code].area if code in BY_CODE else None
