"""Where one referral is, and what whoever sent it can do: for an account, and for who came with a code.

A reference in these addresses has the shape of one, so that other pages may stand beside it.
"""

from django.urls import path, register_converter

from painpath.referrers.views import acts, code, status
from painpath.web.access import REFERRERS, REFERRERS_AND_PRACTICES, VISITOR


class Reference:
    """`2BCD-FGHJ`."""

    regex = "[2-9A-Z]{4}-[2-9A-Z]{4}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Reference, "own")

_PAGES = (
    ("", status.status, "status"),
    ("letters/<int:letter>/", status.letter, "letter"),
    ("letters/<int:letter>/text/", status.letter_text, "letter-text"),
    ("record/", status.record, "record"),
    ("answers/<int:asked>/", acts.answer, "answer"),
    ("advice/", acts.verdict, "verdict"),
    ("message/", acts.message, "message"),
    ("changed/", acts.changed, "changed"),
)

ACCESS = {
    **{f"referrers:{name}": REFERRERS for _, _, name in _PAGES},
    "referrers:status": REFERRERS_AND_PRACTICES,
    **{f"referrers:code-{name}": VISITOR for _, _, name in _PAGES},
    "referrers:code": VISITOR,
    "referrers:code-enter": VISITOR,
    "referrers:code-leave": VISITOR,
}

_DOOR = "services/<slug:service>/referral/"

urlpatterns = [
    *(path(f"my/referrals/<own:reference>/{tail}", view, name=name) for tail, view, name in _PAGES),
    path(_DOOR, code.ask, name="code"),
    path(f"{_DOOR}leave/", code.leave, name="code-leave"),
    path(f"{_DOOR}<own:reference>/code/", code.enter, name="code-enter"),
    *(path(f"{_DOOR}<own:reference>/{tail}", view, name=f"code-{name}") for tail, view, name in _PAGES),
]
