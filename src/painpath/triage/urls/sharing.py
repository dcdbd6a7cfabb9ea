"""Who has which referral: assigning by hand, and the rota."""

from django.urls import path

from painpath.triage.urls.roles import ONE, STAFF
from painpath.triage.views import assigning, rota

ACCESS = {
    "triage:assign": STAFF,
    "triage:assign-several": STAFF,
    "triage:rota": STAFF,
    "triage:rota-end": STAFF,
}

urlpatterns = [
    path("assign/", assigning.assign_several, name="assign-several"),
    path("rota/", rota.rota, name="rota"),
    path("rota/<int:entry>/end/", rota.end, name="rota-end"),
    path(ONE + "assign/", assigning.assign, name="assign"),
]
