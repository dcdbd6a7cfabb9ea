"""Roles: what a membership may be. The access table of each door is written in these words."""

ADMINISTRATOR, CLINICIAN, MANAGER, REFERRER = "administrator", "clinician", "manager", "referrer"
PRACTICE, AUDITOR = "practice", "auditor"

ROLES = {
    ADMINISTRATOR: "Administrator",
    CLINICIAN: "Clinician",
    MANAGER: "Manager",
    REFERRER: "Referrer",
    PRACTICE: "Practice member",
    AUDITOR: "Auditor",
}
"""An administrator receives and cannot decide; a clinician decides; a manager reads. A referrer is not of the team:
they send, and see what they or their practice sent. A practice member (reception, secretary, practice manager) sees
where the referrals of one practice stand, and neither refers nor answers. An auditor reads who did what and who looked,
by reference, and opens no record."""

LEAD = "lead"
"""A clinician or a manager who also publishes criteria (`Membership.leads`): they stay what they are besides."""
LEADS_MAY_BE = frozenset({CLINICIAN, MANAGER})

TEAM_ROLES = frozenset({ADMINISTRATOR, CLINICIAN, MANAGER})
"""Everybody who works with the referrals of the service."""

ON_TEAM_PAGE = TEAM_ROLES | {AUDITOR}
"""Whoever an administrator invites on the team page, and whose access ends there."""

OWNERS = {role: ROLES[role] for role in (ADMINISTRATOR, CLINICIAN, MANAGER, REFERRER)}
"""Whose a referral or a thing to do may be on record."""

PATIENT = "patient"
"""Whoever came with a one-time code to their own referral, or for the person whose it is. Never a membership."""

CLIENT = "client"
"""Another program that sends or asks, by a standard. It never decides. Never a membership."""

PROCESS = "process"
"""The program's own process, where the transition table says who may."""


def a_role(role: str) -> str:
    """`an administrator`, in a sentence."""
    name = ROLES[role].lower()
    return f"an {name}" if name[0] in "aeiou" else f"a {name}"
