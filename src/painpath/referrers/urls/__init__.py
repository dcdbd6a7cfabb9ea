"""Addresses of the referrers' door, and who may open each. No address says who a patient is or how they are.

Each module here lists one part of the door: its `ACCESS` (view -> who) and its `urlpatterns`.
"""

from painpath.referrers.previews import PREVIEWS as PREVIEWS
from painpath.referrers.urls import about, account, check, mine, practice, refer, status
from painpath.web.access import PRACTICES, REFERRERS

app_name = "referrers"

_PARTS = (about, check, account, mine, refer, status, practice)

ACCESS = {name: who for part in _PARTS for name, who in part.ACCESS.items()}
urlpatterns = [address for part in _PARTS for address in part.urlpatterns]

NAVIGATION = (
    ("My referrals", "referrers:mine", REFERRERS),
    ("Referrals of my practice", "referrers:mine", PRACTICES),
    ("Refer a patient", "referrers:refer"),
    ("My practice", "referrers:practice"),
    ("My details", "referrers:details"),
)
