"""Addresses for other programs, and of the pages where people of the team see to them.

Each module here lists one part: its `ACCESS` (view -> who) and its `urlpatterns`. Programs find a service by its own
address, `services/<service>/...`, so that nothing of one service can be asked for at the address of another.
"""

from types import ModuleType

from painpath.exchange.previews import PREVIEWS as PREVIEWS
from painpath.exchange.urls import bars, cds, ers, fhir, programs

app_name = "exchange"

_PARTS: tuple[ModuleType, ...] = (programs, fhir, bars, cds, ers)

ACCESS = {name: who for part in _PARTS for name, who in part.ACCESS.items()}
urlpatterns = [address for part in _PARTS for address in part.urlpatterns]
