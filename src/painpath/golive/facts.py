"""What the rules look at: plain facts, so that a rule can be tried without a site."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Site:
    """The environment of the program, and its files."""

    debug: bool
    demo: bool
    root: bool
    """Whether this runs as root."""
    key_from_environment: bool
    key_length: int
    key_file_mode: int | None
    """Of the key that was made beside the data; None when it is not used."""
    hosts: tuple[str, ...]
    https: bool
    proxies: int
    url: str
    smtp: bool
    smtp_security: str
    smtp_local: bool
    home_mode: int | None
    """None: there is no such folder."""
    static_built: bool
    carrier_faults: tuple[str, ...]
    """What is wrong with the settings of MESH and e-RS, in their own sentences."""
    backups: bool
    """Whether anything is set by which backups are sealed."""
    scanner: bool
    safety_officer: str


@dataclass(frozen=True, kw_only=True)
class Database:
    """The PostgreSQL that the program uses, as the program sees it."""

    embedded: bool
    local: bool
    encrypted: bool
    checks_certificate: bool
    version: int
    """As `server_version_num`: 150004 is 15.4."""
    role: str
    bypasses: bool
    """Whether policies do not bind the role: superuser, BYPASSRLS, or owner of a table."""
    can_become_owner: bool
    unprotected: tuple[str, ...]
    """Tables of a service without row-level security."""
    unapplied: tuple[str, ...]
    clock_off: float
    """Seconds by which the database is ahead of the program."""
    worker_alive: bool
    overdue_jobs: int
    """Jobs that should have begun a quarter of an hour ago."""
    connections: int
    """What the server allows (max_connections)."""
    invented_people: int
    """Accounts with an address that nobody has: those of the demonstration."""


@dataclass(frozen=True, kw_only=True)
class ServiceFacts:
    """One service of the site."""

    name: str
    pathway_faults: tuple[str, ...]
    warnings: tuple[str, ...]
    """What has not been checked for too long, letters that are hard to read."""
    to_confirm: int
    """Places of the patients' pages that the service has yet to confirm."""
    crisis_without_number: tuple[str, ...]
    crisis_stale: tuple[str, ...]
    roles: dict[str, int]
    """Role -> how many people have it now."""
    without_second_factor: int
    uncovered_days: int
    """Working days of the next two weeks on which nobody is on duty for some route."""
    out_of_hours: bool
    """Whether patients are told what to do when nobody reads."""
    emails_staff: bool
    watch_recorded: bool
    """Whether somebody has written down who looks at To do where no e-mail tells staff."""
    carriers_missing: tuple[str, ...]
    """What the pathway switches on and the site has not set up, in words."""
    practices: int
    practices_unreachable: int
    referrals: int
    retention_unconfirmed: int | None
    """Rows of the retention schedule that nobody has confirmed; None where there is no schedule."""
    unsealed_since: datetime | None
    """When the first entry of the audit was written that came after the last seal; None where none did."""
    backed_up: datetime | None
    """When the last backup was written down in the audit; another program's are not known."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """All that `painpath check` looks at."""

    now: datetime
    site: Site
    database: Database | None
    """None: it does not answer."""
    services: tuple[ServiceFacts, ...] = field(default=())
