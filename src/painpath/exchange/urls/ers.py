"""e-RS by its API: signing in there, what waits (advice, triage), taking one in, sending a reply or an outcome."""

from django.urls import path

from painpath.exchange.views import ers, ers_sign_in
from painpath.referrals.transitions import STAFF

ACCESS = {
    "exchange:ers": STAFF,
    "exchange:ers-sign-in": STAFF,
    "exchange:ers-back": STAFF,
    "exchange:ers-role": STAFF,
    "exchange:ers-sign-out": STAFF,
    "exchange:ers-take": STAFF,
    "exchange:ers-send": STAFF,
}

urlpatterns = [
    path("e-rs/", ers.worklist, name="ers"),
    path("e-rs/sign-in/", ers_sign_in.sign_in, name="ers-sign-in"),
    path("e-rs/back/", ers_sign_in.back, name="ers-back"),
    path("e-rs/role/", ers_sign_in.role, name="ers-role"),
    path("e-rs/sign-out/", ers_sign_in.sign_out, name="ers-sign-out"),
    path("e-rs/take/", ers.take, name="ers-take"),
    path("referrals/<str:reference>/e-rs/<int:dispatch>/send/", ers.send, name="ers-send"),
]
