"""“Is it the right time?” Anybody may ask themselves; no address holds an answer."""

from django.urls import path

from painpath.patients.views import right_time
from painpath.web.access import PUBLIC

ACCESS = {
    "patients:right_time": PUBLIC,
    "patients:right_time_text": PUBLIC,
    "patients:right_time_pdf": PUBLIC,
    "patients:right_time_large": PUBLIC,
}

_TALK = "services/<slug:service>/patients/right-time/"

urlpatterns = [
    path(_TALK, right_time.right_time, name="right_time"),
    path(f"{_TALK}card.txt", right_time.text, name="right_time_text"),
    path(f"{_TALK}card.pdf", right_time.pdf, name="right_time_pdf"),
    path(f"{_TALK}card-large.pdf", right_time.large, name="right_time_large"),
]
