"""One's own referral, behind the code: where it is, what is asked, the letters, and what somebody can tell the team.

No address says who it is: which referral is open stands in the session.
"""

from django.urls import path

from painpath.patients.views import mine, telling
from painpath.web.access import VISITOR

_PAGES = (
    ("", mine.status, "status"),
    ("letters/<int:letter>/", mine.letter, "letter"),
    ("letters/<int:letter>/<slug:form>/", mine.letter_in, "letter-in"),
    ("answers/<int:asked>/", telling.answer, "answer"),
    ("changed/", telling.changed, "changed"),
    ("ready/", telling.ready, "ready"),
    ("look-again/", telling.look_again, "look-again"),
    ("stop/", telling.withdraw, "withdraw"),
    ("got-there/<int:follow_up>/", telling.got_there, "got-there"),
    ("who-looked/", mine.who_looked, "who-looked"),
    ("needs/", telling.say_needs, "needs"),
    ("contact/", telling.contact, "contact"),
    ("acting-for/", telling.acting_for, "acting-for"),
)

ACCESS = {f"patients:{name}": VISITOR for _, _, name in _PAGES}

urlpatterns = [path(f"services/<slug:service>/my-referral/{tail}", view, name=name) for tail, view, name in _PAGES]
