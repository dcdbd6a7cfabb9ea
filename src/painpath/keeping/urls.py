"""Addresses for monitors: answered by `keeping.middleware`, before a host, a session or a scope is looked at."""

from django.urls import path

from painpath.keeping import views
from painpath.web import access

ACCESS = {
    "keeping:live": access.PUBLIC,
    "keeping:ready": access.PUBLIC,
    "keeping:metrics": access.PUBLIC,  # asks for its token
}

app_name = "keeping"
urlpatterns = [
    path("health/live", views.live, name="live"),
    path("health/ready", views.ready, name="ready"),
    path("metrics", views.metrics, name="metrics"),
]
