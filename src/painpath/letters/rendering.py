"""Every form that a letter can have, and one function that makes each. Pure: no record is read."""

from collections.abc import Callable
from typing import NamedTuple, get_args

from painpath.letters.drafts import Draft
from painpath.letters.facts import Layout
from painpath.letters.pdf import render_pdf
from painpath.letters.spoken import render_spoken
from painpath.letters.text import render_text
from painpath.letters.web_page import render_page
from painpath.pathway.letters import Audience


class Form(NamedTuple):
    """How a form is called by the team, and what kind of file it is."""

    name: str
    media_type: str
    extension: str


_PDF, _TEXT = "application/pdf", "text/plain"

FORMS = {
    "standard": Form("Standard print (PDF)", _PDF, "pdf"),
    "large-print": Form("Large print, 18 point (PDF)", _PDF, "pdf"),
    "yellow-on-black": Form("Yellow print on black, 18 point (PDF)", _PDF, "pdf"),
    "easy-read": Form("Easy read layout (PDF)", _PDF, "pdf"),
    "html": Form("Web page to keep (HTML)", "text/html", "html"),
    "plain-text": Form("Plain text", _TEXT, "txt"),
    "audio-text": Form("Text to read out or record", _TEXT, "txt"),
}
"""Id -> form. The PDFs are the layouts, by the same names."""

LAYOUTS: dict[str, Layout] = {layout: layout for layout in get_args(Layout)}

FOR: dict[Audience, tuple[str, ...]] = {
    "patient": tuple(FORMS),
    "gp": ("standard", "large-print", "html", "plain-text"),
}
"""The forms that are offered to whom."""

_OTHERS: dict[str, Callable[[Draft], str]] = {
    "html": render_page,
    "plain-text": render_text,
    "audio-text": render_spoken,
}


def render(draft: Draft, form: str) -> bytes:
    """The letter in one of `FORMS`; text in UTF-8. The same draft in the same form gives the same bytes.

    Raises LetterError for what cannot be set as PDF (`render_pdf`), KeyError for a form that is none.
    """
    if layout := LAYOUTS.get(form):
        return render_pdf(draft, layout=layout)
    return _OTHERS[form](draft).encode()
