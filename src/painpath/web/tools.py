"""The accessibility tools: what somebody has chosen, kept in a cookie of theirs, on the page before it is seen.

The cookie holds the choices and nothing else (`colours-dark.text-larger`): the same for everybody who chose the same.
The server turns it into attributes of `<html>`, which `tools.css` and `themes.css` read, so nothing flickers and
no script is needed. The spacing is that of WCAG 2.2, success criterion 1.4.12.
"""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from painpath.cookies import cookie
from painpath.web import forms, themes

COOKIE = "painpath_tools"
_YEAR = 365 * 24 * 60 * 60

CHOICES: dict[str, tuple[str, ...]] = {
    "text": ("larger", "largest"),
    "spacing": ("wider",),
    "colours": themes.CHOICES,
    "speed": ("slower", "faster"),
    "ruler": ("on",),
    "buttons": ("on",),
}
"""What may be chosen besides "as it is", by what it changes."""
_LONGEST = 200
_ALL = frozenset(f"{what}-{value}" for what, values in CHOICES.items() for value in values)

Chosen = dict[str, str]


def chosen(request: HttpRequest) -> Chosen:
    """What this browser's cookie says; what nobody can have chosen is left out."""
    return read(request.COOKIES.get(_cookie(), ""))


def read(cookie: str) -> Chosen:
    """`colours-dark.text-larger` -> {"colours": "dark", "text": "larger"}."""
    if not cookie or len(cookie) > _LONGEST:
        return {}
    return dict(one.split("-", 1) for one in cookie.split(".") if one in _ALL)


def written(choices: Mapping[str, str]) -> str:
    """The cookie of these choices: the same for everybody who has chosen the same."""
    return ".".join(sorted({f"{what}-{value}" for what, value in choices.items()} & _ALL))


def attributes(choices: Chosen) -> dict[str, str]:
    """The attributes of `<html>`."""
    return {f"data-{what}": value for what, value in choices.items()}


def _cookie() -> str:
    return cookie(COOKIE, https=settings.HTTPS)


def keep(response: HttpResponse, choices: Mapping[str, str]) -> None:
    """Write the cookie, or take it away when nothing is chosen."""
    if value := written(choices):
        response.set_cookie(_cookie(), value, max_age=_YEAR, secure=settings.HTTPS, httponly=True, samesite="Lax")
    else:
        response.delete_cookie(_cookie(), samesite="Lax")


class Choose(forms.Form):
    """The tools, as a form. The empty answer is "as it is"; only its first showing has the choices filled in."""

    text = forms.Radios(
        _("Text size"),
        size="m",
        required=False,
        says_when=True,
        options=[
            forms.Option("", _("As on my device")),
            forms.Option("larger", _("Larger")),
            forms.Option("largest", _("Largest")),
        ],
    )
    spacing = forms.Radios(
        _("Space between letters, words and lines"),
        size="m",
        required=False,
        says_when=True,
        options=[forms.Option("", _("Normal")), forms.Option("wider", _("Wider"))],
    )
    colours = forms.Radios(
        _("Colours"),
        size="m",
        required=False,
        says_when=True,
        options=[
            forms.Option("", _("As on my device"), hint=_("Dark if your device is set to dark")),
            forms.Option("light", _("Light")),
            forms.Option("dark", _("Dark")),
            forms.Option("cream", _("Cream")),
            forms.Option("black-on-yellow", _("Black on yellow")),
            forms.Option("yellow-on-black", _("Yellow on black")),
        ],
    )
    speed = forms.Radios(
        _("Speed of reading aloud"),
        size="m",
        required=False,
        says_when=True,
        options=[
            forms.Option("slower", _("Slower")),
            forms.Option("", _("Normal")),
            forms.Option("faster", _("Faster")),
        ],
    )
    more = forms.Checkboxes(
        _("Help with reading"),
        size="m",
        required=False,
        says_when=True,
        options=[
            forms.Option("ruler", _("Reading ruler"), hint=_("A bar that moves with your pointer or your keyboard")),
            forms.Option("buttons", _("Listen and Print buttons on every page"), hint=_("Also where our staff work")),
        ],
    )

    def choices(self) -> Chosen:
        """What was chosen, once the form is valid."""
        given: dict[str, Any] = self.cleaned_data
        kept = {what: given[what] for what in ("text", "spacing", "colours", "speed") if given[what]}
        return kept | dict.fromkeys(given["more"], "on")

    @staticmethod
    def filled(choices: Chosen) -> dict[str, Any]:
        """The form's initial values for these choices."""
        first = {what: choices.get(what, "") for what in ("text", "spacing", "colours", "speed")}
        return first | {"more": [what for what in ("ruler", "buttons") if what in choices]}
