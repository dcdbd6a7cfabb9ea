"""Languages of the patients' pages. Pages of the team and of those who refer stay English.

A catalogue is offered only when its header says who reviewed it, and when: `X-Reviewed-By: A Name, 2026-11-26`.
Which language somebody reads is kept in a cookie of theirs. What a catalogue does not have stands there in English.
`painpath.web.catalogues` makes the catalogues.
"""

import gettext
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import ResolverMatch
from django.utils import translation
from django.utils.translation import get_language_info, to_language

from painpath.cookies import cookie
from painpath.pathway import Pathway, walking
from painpath.questionnaires import Questionnaire
from painpath.questionnaires.worded import worded

COOKIE = "painpath_language"
_YEAR = 365 * 24 * 60 * 60
_REVIEWED = re.compile(r"\S.*, \d{4}-\d{2}-\d{2}")
_VIEWS = frozenset({"accessibility"})
"""Views outside the patients' door that patients read too."""


class Language(NamedTuple):
    """A language that people may choose: its code, and what it calls itself."""

    code: str
    name: str

    @property
    def direction(self) -> str:
        """`ltr` or `rtl`."""
        return "rtl" if self.code.split("-")[0] in settings.LANGUAGES_BIDI else "ltr"


ENGLISH = Language("en", "English")


@cache
def offered_languages() -> tuple[Language, ...]:
    """English, and every language whose catalogue names its reviewer; read once a process."""
    found = []
    for home in settings.LOCALE_PATHS:
        for file in sorted(Path(home).glob("*/LC_MESSAGES/django.mo")):
            with file.open("rb") as opened:
                header = gettext.GNUTranslations(opened).info()
            if _REVIEWED.fullmatch(header.get("x-reviewed-by", "")):
                code = to_language(file.parts[-3])
                found.append(Language(code, header.get("x-language-name") or get_language_info(code)["name_local"]))
    return (ENGLISH, *found)


def chosen(request: HttpRequest) -> Language:
    """What this browser's cookie asks for, when it is offered; else English."""
    wanted = request.COOKIES.get(_cookie())
    return next((one for one in offered_languages() if one.code == wanted), ENGLISH) if wanted else ENGLISH


def _cookie() -> str:
    return cookie(COOKIE, https=settings.HTTPS)


def keep(response: HttpResponse, language: Language) -> None:
    """Remember the language, and nothing else, in the browser."""
    response.set_cookie(_cookie(), language.code, max_age=_YEAR, secure=settings.HTTPS, httponly=True, samesite="Lax")


def is_translated(match: ResolverMatch | None) -> bool:
    """Whether the view is one of those that patients read."""
    return match is not None and ("patients" in match.namespaces or match.view_name in _VIEWS)


def current() -> Language:
    """The language in which the page is made just now."""
    code = translation.get_language() or "en"
    if code.startswith("en"):
        return ENGLISH
    return next((one for one in offered_languages() if one.code == code), Language(code, code))


def for_frame(request: HttpRequest) -> dict[str, Any]:
    """What the frame of a page needs: the language, and the others when there is a choice."""
    offered = offered_languages()
    now = current()
    others = (
        [one for one in offered if one != now] if len(offered) > 1 and is_translated(request.resolver_match) else []
    )
    return {"now": now, "others": others}


class LanguageMiddleware:
    """Makes the patients' pages in the language that somebody chose."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            return self.get_response(request)
        finally:
            if hasattr(request, "painpath_language"):
                translation.deactivate()

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """Once the view is known, and before it runs."""
        language = chosen(request)
        if language != ENGLISH and is_translated(request.resolver_match):
            request.painpath_language = language  # type: ignore[attr-defined]
            translation.activate(language.code)


# --- what a service publishes -----------------------------------------------------------------------------------------

Published = TypeVar("Published", Pathway, Questionnaire)
_made: dict[tuple[str, str], Any] = {}
_MOST = 64
"""So many translated pathways and questionnaires are kept; then all are made again."""


def translated(published: Published) -> Published:
    """The pathway or the questionnaire with what patients read in the language of the page; in English, as it is.

    Words only: identifiers, codes of answers and digests stay. Made once for each content and language.
    """
    language = current()
    if language == ENGLISH:
        return published
    key = (published.digest, language.code)
    if key not in _made:
        if len(_made) >= _MOST:
            _made.clear()
        _made[key] = reworded(published, lambda words, _: translation.gettext(words))
    made: Published = _made[key]
    return made


def reworded(published: Published, change: Callable[[str, str], str]) -> Published:
    """The same with every text for patients as `change(words, place)` gives it."""
    if isinstance(published, Questionnaire):
        return worded(published, lambda words, link_id: change(words, f"{published.id} {link_id}".strip()))
    return walking.worded(published, lambda words, path: change(words, ".".join(map(str, path))))
