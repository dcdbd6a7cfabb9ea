"""Addresses of the referrers' door, and who may open each. No address says who a patient is or how they are.

Each module here lists one part of the door: its `ACCESS` (view -> who) and its `urlpatterns`.
"""

from painpath.referrers.urls import account, mine, practice

app_name = "referrers"

_PARTS = (mine, practice, account)

ACCESS = {name: who for part in _PARTS for name, who in part.ACCESS.items()}
urlpatterns = [address for part in _PARTS for address in part.urlpatterns]

NAVIGATION = (
    ("My referrals", "referrers:mine"),
    ("My practice", "referrers:practice"),
    ("My details", "referrers:details"),
)
