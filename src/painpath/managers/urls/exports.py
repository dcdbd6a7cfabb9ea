"""What is taken away: the record set, and files that figures need."""

from django.urls import path

from painpath.accounts.roles import LEAD, MANAGER
from painpath.managers.views import exports

MAY_EXPORT = frozenset({MANAGER, LEAD})
ACCESS = {
    "managers:exports": MAY_EXPORT,
    "managers:export-file": MAY_EXPORT,
}
urlpatterns = [
    path("service/exports/", exports.page, name="exports"),
    path("service/exports/<uuid:key>/file/", exports.file, name="export-file"),
]
