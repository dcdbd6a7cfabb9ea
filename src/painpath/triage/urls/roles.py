"""Who may open what, in the words of the access tables."""

from painpath.accounts.roles import ADMINISTRATOR, CLINICIAN, LEAD, MANAGER

STAFF = frozenset({ADMINISTRATOR, CLINICIAN})
ADMINISTRATORS = frozenset({ADMINISTRATOR})
CLINICIANS = frozenset({CLINICIAN})
MANAGERS = frozenset({MANAGER, LEAD})
ONE = "referrals/<str:reference>/"
"""What every address of one referral begins with."""
