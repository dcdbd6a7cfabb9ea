"""Addresses of the team door, and who may open each. References are random: no address says who a patient is.

Each module here lists one part of the door: its `ACCESS` (view -> roles) and its `urlpatterns`.
"""

from painpath.triage.previews import PREVIEWS as PREVIEWS
from painpath.triage.urls import (
    advice,
    answers,
    audit,
    backlog,
    changes,
    deciding,
    directory,
    filing,
    for_patient,
    keeping,
    needs,
    outcomes,
    post,
    questionnaires,
    receiving,
    referral,
    referrers,
    restricting,
    rights,
    second,
    service,
    sharing,
    team,
    worklist,
    workspace,
)

app_name = "triage"

_PARTS = (
    worklist,
    receiving,
    referral,
    workspace,
    deciding,
    outcomes,
    answers,
    advice,
    changes,
    post,
    filing,
    needs,
    second,
    sharing,
    service,
    questionnaires,
    directory,
    backlog,
    team,
    referrers,
    for_patient,
    audit,
    keeping,
    restricting,
    rights,
)

ACCESS = {name: who for part in _PARTS for name, who in part.ACCESS.items()}
urlpatterns = [address for part in _PARTS for address in part.urlpatterns]

NAVIGATION = (
    ("Worklist", "triage:worklist"),
    ("To do", "triage:to-do"),
    ("Receive a referral", "triage:receive"),
    ("MDT list", "triage:meeting"),
    ("Second screening", "triage:second-list"),
    ("Post", "triage:post"),
    ("Service", "triage:service"),
    ("Audit", "triage:audit"),
    ("Restricted", "triage:restricted"),
)
