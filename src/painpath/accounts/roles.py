"""Roles: what a membership may be. The access table of each door is written in these words."""

ADMINISTRATOR, CLINICIAN, MANAGER = "administrator", "clinician", "manager"

ROLES = {
    ADMINISTRATOR: "Administrator",
    CLINICIAN: "Clinician",
    MANAGER: "Manager",
}
"""An administrator receives and cannot decide; a clinician decides; a manager reads."""
