"""Roles: what a membership may be. The access table of each door is written in these words."""

ADMINISTRATOR, CLINICIAN, MANAGER, REFERRER = "administrator", "clinician", "manager", "referrer"

ROLES = {
    ADMINISTRATOR: "Administrator",
    CLINICIAN: "Clinician",
    MANAGER: "Manager",
    REFERRER: "Referrer",
}
"""An administrator receives and cannot decide; a clinician decides; a manager reads. A referrer is
not of the team: they send, and see what they or their practice sent."""

TEAM_ROLES = frozenset({ADMINISTRATOR, CLINICIAN, MANAGER})
"""Everybody who works in the service."""

PATIENT = "patient"
"""Whoever came with a one-time code to their own referral, or for the person whose it is. Never a membership."""

CLIENT = "client"
"""Another program that sends or asks, by a standard. It never decides. Never a membership."""

PROCESS = "process"
"""The program's own process, where the transition table says who may."""
