"""Addresses of the patients' door, and who may open each. No address says who somebody is or how they are.

Each module here lists one part of the door: its `ACCESS` (view -> who) and its `urlpatterns`. Public pages stand under
`services/<slug>/patients/`; what belongs to one referral, behind a code, under `services/<slug>/my-referral/`.
"""

from types import ModuleType

from painpath.patients.previews import PREVIEWS as PREVIEWS
from painpath.patients.urls import about, answering, code, mine, right_time

app_name = "patients"

_PARTS: tuple[ModuleType, ...] = (about, right_time, code, mine, answering)

ACCESS: dict[str, frozenset[str]] = {name: who for part in _PARTS for name, who in part.ACCESS.items()}
urlpatterns = [address for part in _PARTS for address in part.urlpatterns]
