"""Rules about each service: its pathway, its people, who reads what comes."""

from collections.abc import Iterator
from datetime import timedelta

from painpath.golive.facts import Facts, ServiceFacts
from painpath.golive.rule import Rule, of_services

SEALED = timedelta(days=2)
"""How long the audit may wait for its next seal: one is made every ten minutes in which anything was written."""
BACKED_UP = timedelta(days=2)
"""How old the last backup may be: one a night, and a night may fail."""


def _pathway(service: ServiceFacts) -> str | None:
    if not service.pathway_faults:
        return None
    first = service.pathway_faults[0]
    return f"its pathway has {len(service.pathway_faults)} mistakes. {first} See `painpath pathway lint`."


def _warnings(service: ServiceFacts) -> str | None:
    if not service.warnings:
        return None
    return f"{len(service.warnings)} things of its pathway are to be looked at. {service.warnings[0]}"


def _confirm(service: ServiceFacts) -> str | None:
    if not service.to_confirm:
        return None
    return f"{service.to_confirm} places of the patients' pages are not confirmed: `to_confirm` in its pathway's files."


def _crisis(service: ServiceFacts) -> str | None:
    if service.crisis_without_number:
        return f"help in a crisis has no number: {', '.join(service.crisis_without_number)}. Write it into its pathway."
    if service.crisis_stale:
        return f"help in a crisis was not checked lately: {', '.join(service.crisis_stale)}. Call it, then set the day."
    return None


def _hours(service: ServiceFacts) -> str | None:
    return None if service.out_of_hours else "patients are not told what to do out of hours. Write it into its pathway."


def _people(service: ServiceFacts) -> str | None:
    absent = [role for role in ("administrator", "clinician", "manager") if not service.roles.get(role)]
    return f"there is no {' and no '.join(absent)}. Invite one: `painpath staff invite`." if absent else None


def _factors(service: ServiceFacts) -> str | None:
    if not service.without_second_factor:
        return None
    return f"{service.without_second_factor} of the team have no second factor. Each sets one up under Your account."


def _duty(service: ServiceFacts) -> str | None:
    if not service.uncovered_days:
        return None
    days = f"{service.uncovered_days} of the next working days"
    return f"on {days} nobody is on duty for some route. Fill the rota (Team)."


def _staff(service: ServiceFacts) -> str | None:
    if service.emails_staff or service.watch_recorded:
        return None
    return (
        "no email can tell staff what cannot wait. Set PAINPATH_SMTP_HOST, or let a manager record who looks at To do."
    )


def _switched(service: ServiceFacts) -> str | None:
    if not service.carriers_missing:
        return None
    return f"its pathway switches on what the site has not set up: {'; '.join(service.carriers_missing)}."


def _practices(service: ServiceFacts) -> str | None:
    if not service.practices:
        return "no practice is in the directory. Import them: `painpath directory`."
    if service.practices_unreachable:
        return f"{service.practices_unreachable} open practices have no address and no mailbox. Enter one (Directory)."
    return None


def _retention(service: ServiceFacts) -> str | None:
    if service.retention_unconfirmed is None:
        return "how long its records are kept is not set. Write it into its pathway (docs/pathways.md)."
    if service.retention_unconfirmed:
        return f"{service.retention_unconfirmed} rows of how long records are kept are not confirmed: retention.yaml."
    return None


def _sealed(facts: Facts) -> Iterator[str]:
    for service in facts.services:
        if service.unsealed_since is not None and facts.now - service.unsealed_since > SEALED:
            yield f"{service.name}: the audit has not been sealed lately. Look at the task worker, or seal it by hand."


def _backed_up(facts: Facts) -> Iterator[str]:
    for service in facts.services:
        made = service.backed_up
        if service.referrals and (made is None or facts.now - made > BACKED_UP):
            yield f"{service.name}: no backup was made lately. Make one each night, and try that it opens."


RULES = (
    of_services("pathway", _pathway),
    of_services("pathway-warnings", _warnings, must=False),
    of_services("confirmed", _confirm),
    of_services("crisis-contacts", _crisis),
    of_services("out-of-hours", _hours),
    of_services("people", _people),
    of_services("second-factors", _factors),
    of_services("duty", _duty),
    of_services("staff-are-told", _staff),
    of_services("switched-on", _switched),
    of_services("practices", _practices, must=False),
    of_services("retention", _retention),
    Rule("audit-sealed", True, _sealed),
    Rule("backup-recent", True, _backed_up),
)
