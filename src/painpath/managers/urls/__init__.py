"""Addresses of the door of those who run the service. Each module here lists one part."""

from types import ModuleType

from painpath.managers.urls import editing, exports, figures, publishing, simulating, starting

app_name = "managers"

_PARTS: tuple[ModuleType, ...] = (figures, exports, publishing, editing, simulating, starting)

ACCESS = {name: who for part in _PARTS for name, who in part.ACCESS.items()}
NAVIGATION: list[tuple[str, ...]] = [entry for part in _PARTS for entry in getattr(part, "NAVIGATION", ())]
urlpatterns = [address for part in _PARTS for address in part.urlpatterns]
