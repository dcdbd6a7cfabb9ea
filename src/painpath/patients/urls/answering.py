"""Answering what we ask: a random key, and the key of a question, stand in the addresses; no answers."""

from django.urls import path

from painpath.patients.views import answering
from painpath.web.access import VISITOR

_HERE = "services/<slug:service>/my-referral/questions/"
_PAGES = (
    ("", answering.start, "questions"),
    ("<uuid:key>/", answering.go_on, "answering"),
    ("<uuid:key>/at/<str:page>/", answering.one, "answering-page"),
    ("<uuid:key>/later/", answering.later, "answering-later"),
    ("<uuid:key>/check/", answering.check, "answering-check"),
    ("<uuid:key>/sent/", answering.sent, "answering-sent"),
)

ACCESS = {f"patients:{name}": VISITOR for _, _, name in _PAGES}
urlpatterns = [path(f"{_HERE}{tail}", view, name=name) for tail, view, name in _PAGES]
