"""What goes out: the print queue, batches, what is held; and how a patient can be reached."""

from django.urls import path

from painpath.triage.urls.roles import ONE, STAFF
from painpath.triage.views import arrival, contacts, inbound, post

ACCESS = {
    "triage:post": STAFF,
    "triage:print": STAFF,
    "triage:batch": STAFF,
    "triage:batch-pdf": STAFF,
    "triage:put-back": STAFF,
    "triage:dispatch": STAFF,
    "triage:inbound": STAFF,
    "triage:inbound-file": STAFF,
    "triage:came-back": STAFF,
    "triage:became": STAFF,
    "triage:send-again": STAFF,
    "triage:contacts": STAFF,
}

urlpatterns = [
    path("post/", post.post, name="post"),
    path("post/print/", post.print_these, name="print"),
    path("post/batches/<int:batch>/", post.batch, name="batch"),
    path("post/batches/<int:batch>/letters.pdf", post.batch_pdf, name="batch-pdf"),
    path("post/batches/<int:batch>/put-back/", post.put_back, name="put-back"),
    path("post/items/<int:dispatch>/", post.dispatch, name="dispatch"),
    path("post/received/<int:message>/", inbound.inbound, name="inbound"),
    path("post/received/<int:message>/file/", inbound.inbound_file, name="inbound-file"),
    path("post/came-back/", arrival.came_back, name="came-back"),
    path("post/items/<int:dispatch>/became/", arrival.became, name="became"),
    path("post/items/<int:dispatch>/again/", arrival.send_again, name="send-again"),
    path(ONE + "contacts/", contacts.contacts, name="contacts"),
]
