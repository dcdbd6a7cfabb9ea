"""The facts, from the environment, the files and the database. Reads only."""

import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from django.conf import settings

from painpath import clock, postgres
from painpath.accounts.scope import slugs
from painpath.exchange.ers import site as ers
from painpath.golive.facts import Facts, Site
from painpath.golive.gathering_database import LOCAL, database_facts
from painpath.golive.gathering_service import service_facts
from painpath.letters.carriers import mesh

SEALED_BY = ("PAINPATH_BACKUP_TO", "PAINPATH_BACKUP_KEY")


def gather(environ: Mapping[str, str] = os.environ) -> Facts:
    """All facts of this site. What the database does not tell is left out, and that it does not answer is one."""
    database = database_facts()
    services = () if database is None or database.unapplied else tuple(
        found for slug in slugs() if (found := service_facts(slug)) is not None
    )  # fmt: skip
    return Facts(now=clock.now(), site=site_facts(environ), database=database, services=services)


def site_facts(environ: Mapping[str, str]) -> Site:
    """What the environment and the files say."""
    home = postgres.home(environ)
    from_environment = bool(environ.get("PAINPATH_SECRET_KEY"))
    return Site(
        debug=bool(settings.DEBUG),
        demo=bool(settings.DEMO),
        root=os.geteuid() == 0,
        key_from_environment=from_environment,
        key_length=len(str(settings.SECRET_KEY)),
        key_file_mode=None if from_environment else _mode(home / "secret-key"),
        hosts=tuple(settings.ALLOWED_HOSTS),
        https=bool(settings.HTTPS),
        proxies=int(settings.ALLAUTH_TRUSTED_PROXY_COUNT),
        url=str(settings.SITE_URL),
        smtp=bool(settings.SENDS_EMAIL),
        smtp_security="ssl" if settings.EMAIL_USE_SSL else "starttls" if settings.EMAIL_USE_TLS else "",
        smtp_local=settings.EMAIL_HOST in LOCAL,
        home_mode=_mode(home),
        static_built=(Path(settings.STATIC_ROOT) / "staticfiles.json").is_file(),
        carrier_faults=tuple(_carriers(environ)),
        backups=any(environ.get(name) for name in SEALED_BY),
        scanner=bool(environ.get("PAINPATH_CLAMD")),
        safety_officer=environ.get("PAINPATH_SAFETY_OFFICER", ""),
    )  # fmt: skip


def _carriers(environ: Mapping[str, str]) -> Iterator[str]:
    yield from ers.wrong(environ)
    for slug in mesh.slugs(environ):
        yield from mesh.wrong(environ, slug)


def _mode(path: Path) -> int | None:
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except OSError:
        return None
