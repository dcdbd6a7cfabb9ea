"""The Booking and Referral Standard: one address, to which everything is sent."""

from django.urls import path

from painpath.exchange.bars import views
from painpath.web.access import PROGRAM

ACCESS = {"exchange:process-message": PROGRAM}

urlpatterns = [
    path("services/<slug:service>/bars/$process-message", views.process_message, name="process-message"),
]
