"""What a patient marked on the body map, for a clinician: the picture, the same in words beside it, and how widely."""

from collections.abc import Iterable

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from painpath.questionnaires.body import AREAS, VIEWS, View, spread
from painpath.questionnaires.body_svg import svg


def body_picture(codes: Iterable[str], *, ident: str = "body") -> SafeString:
    """Front and back with the marked regions, their list by part of the body, and the count with how it was counted.

    `codes` are those of `questionnaires.body`; others are listed as they are, and counted nowhere. `ident` must be
    another one for every picture of a page.
    """
    found = spread(codes)
    marked = {region.code for region in found.marked}
    groups = [(name, [region.label for region in found.marked if region.area == area]) for area, name in AREAS.items()]
    html = render_to_string(
        "body_picture.jinja",
        {
            "pictures": [_picture(view, marked, ident) for view in VIEWS],
            "groups": [(name, labels) for name, labels in groups if labels],
            "unknown": found.unknown,
            "counted": found.counted,
        },
        using="jinja",
    )
    return SafeString(html)  # Jinja escaped what came in


def _picture(view: View, marked: set[str], ident: str) -> tuple[str, SafeString]:
    # The list beside it says the same, place by place: a screen reader hears which picture it is, and goes on there.
    label = f"The patient's body seen from the {view}, with the marked places striped. They are listed beside it."
    drawn = svg(view, marked, left="Patient’s left", right="Patient’s right", label=label, ident=ident)
    return view.capitalize(), SafeString(drawn)
