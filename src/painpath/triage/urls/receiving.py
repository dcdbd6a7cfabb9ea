"""What arrives, and whom it is about."""

from django.urls import path

from painpath.triage.urls.roles import ONE, STAFF
from painpath.triage.views import receiving

ACCESS = {
    "triage:receive": STAFF,
    "triage:register": STAFF,
    "triage:add-documents": STAFF,
    "triage:follow": STAFF,
}

urlpatterns = [
    path("receive/", receiving.receive, name="receive"),
    path(ONE + "documents/", receiving.add_documents, name="add-documents"),
    path(ONE + "register/", receiving.register, name="register"),
    path(ONE + "follow/", receiving.follow, name="follow"),
]
