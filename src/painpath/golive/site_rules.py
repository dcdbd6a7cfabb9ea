"""Rules about the environment of the program and its files."""

from painpath.golive.facts import Site
from painpath.golive.rule import of_site

_NEAR = {"127.0.0.1", "localhost", "[::1]"}


def _debug(site: Site) -> str | None:
    return "Debugging is on. Take DEBUG out of the settings." if site.debug else None


def _demo(site: Site) -> str | None:
    return "This is the demonstration. Take PAINPATH_DEMO out of the environment." if site.demo else None


def _root(site: Site) -> str | None:
    return "This runs as root. Run it as a user of its own: User= in deploy/painpath.service." if site.root else None


def _key(site: Site) -> str | None:
    if site.key_length < 50:
        return "The secret key is short. Set PAINPATH_SECRET_KEY to 50 characters or more, made by chance."
    if not site.key_from_environment and site.key_file_mode != 0o600:
        return "The file of the secret key can be read by others. Give it mode 0600, or set PAINPATH_SECRET_KEY."
    return None


def _hosts(site: Site) -> str | None:
    if "*" in site.hosts:
        return "Any host name is answered. Name yours in PAINPATH_HOSTS."
    if not set(site.hosts) - _NEAR:
        return "Only this machine is answered. Name the host of the site in PAINPATH_HOSTS."
    return None


def _https(site: Site) -> str | None:
    return None if site.https else "Pages go in clear. Set PAINPATH_HTTPS=1, behind a web server that speaks HTTPS."


def _proxies(site: Site) -> str | None:
    if site.proxies > 0:
        return None
    return "Every visitor seems to come from the proxy. Set PAINPATH_PROXIES to how many stand before the program."


def _url(site: Site) -> str | None:
    if site.url.startswith("https://"):
        return None
    return "Letters and receipts cannot say where to look. Set PAINPATH_URL to the address of the site, with https."


def _smtp(site: Site) -> str | None:
    if not site.smtp or site.smtp_local or site.smtp_security in ("ssl", "starttls"):
        return None
    return "Mail leaves this machine in clear. Set PAINPATH_SMTP_SECURITY to starttls or ssl."


def _carriers(site: Site) -> str | None:
    return " ".join(site.carrier_faults) or None


def _home(site: Site) -> str | None:
    if site.home_mode is None or not site.home_mode & 0o077:
        return None
    return f"The folder of the data (PAINPATH_HOME) is open to others: mode {site.home_mode:04o}. Give it 0700."


def _static(site: Site) -> str | None:
    if site.static_built:
        return None
    return "Style sheets and scripts are not built. Run `python -m painpath.web.assets`, or install the built package."


def _backups(site: Site) -> str | None:
    if site.backups:
        return None
    return "Backups are not set up. Set PAINPATH_BACKUP_TO to a public key (docs/keeping.md)."


def _scanner(site: Site) -> str | None:
    if site.scanner:
        return None
    return "No virus scanner looks at files of strangers. Set PAINPATH_CLAMD to where clamd listens."


def _officer(site: Site) -> str | None:
    if len(site.safety_officer.split()) >= 2:
        return None
    return (
        "No Clinical Safety Officer is named who has signed the safety case and the hazard log (DCB0160). "
        "Set PAINPATH_SAFETY_OFFICER to their name, registration and the day."
    )


RULES = (
    of_site("debug", _debug),
    of_site("demonstration", _demo),
    of_site("not-root", _root),
    of_site("secret-key", _key),
    of_site("hosts", _hosts),
    of_site("https", _https),
    of_site("proxies", _proxies),
    of_site("url", _url),
    of_site("mail-encrypted", _smtp),
    of_site("carriers", _carriers),
    of_site("home", _home),
    of_site("static-files", _static),
    of_site("backups", _backups),
    of_site("virus-scanner", _scanner, must=False),
    of_site("safety-officer", _officer),
)
