"""Every address of the program. What is not also in `painpath.web.access` is refused to everybody."""

from django.urls import include, path

urlpatterns = [
    path("", include("painpath.web.urls")),
    path("", include("painpath.triage.urls")),
    path("", include("painpath.referrers.urls")),
    path("", include("painpath.patients.urls")),
    path("", include("painpath.managers.urls")),
    path("", include("painpath.exchange.urls")),
    path("", include("painpath.keeping.urls")),
]

handler400 = "painpath.web.errors.bad_request"
handler403 = "painpath.web.errors.permission_denied"
handler404 = "painpath.web.errors.not_found"
handler500 = "painpath.web.errors.failed"
