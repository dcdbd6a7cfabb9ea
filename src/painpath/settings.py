"""Settings of the program. Everything a site may set comes from the environment; the defaults suit one small machine.

`PAINPATH_DEMO=1` marks the demonstration: a banner on every page, debug off all the same.
"""

import os

from painpath import environment, logs, postgres
from painpath.accounts import oidc
from painpath.cookies import cookie
from painpath.web.settings import *  # noqa: F403 the look, the templates and the Content-Security-Policy

environment.read_files(os.environ)
HOME = postgres.home(os.environ)
"""Where the data of this installation lives: the embedded database and the secret key."""

DEBUG = False
DEMO = os.environ.get("PAINPATH_DEMO") == "1"


def _secret_key() -> str:
    """From the environment; else made once and kept beside the data, readable by its owner only."""
    if key := os.environ.get("PAINPATH_SECRET_KEY"):
        return key
    path = HOME / "secret-key"
    if not path.exists():
        import secrets

        HOME.mkdir(parents=True, exist_ok=True)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:  # two first starts at once: the other one made it
            return path.read_text()
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(64))
    return path.read_text()


SECRET_KEY = _secret_key()
SECRET_KEY_FALLBACKS = [old for old in [os.environ.get("PAINPATH_OLD_SECRET_KEY")] if old]
"""The secret key before the present one, while what was sealed or signed with it still waits."""
ALLOWED_HOSTS = os.environ.get("PAINPATH_HOSTS", "127.0.0.1 localhost [::1]").split()
CSRF_TRUSTED_ORIGINS = os.environ.get("PAINPATH_ORIGINS", "").split()

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "csp",
    "procrastinate.contrib.django",
    "painpath.accounts",
    "painpath.directory",
    "painpath.referrals",
    "painpath.letters",
    "painpath.measuring",
    "painpath.web",
    "painpath.triage",
    "painpath.referrers",
    "painpath.patients",
    "painpath.managers",
    "painpath.exchange",
]

PROCRASTINATE_IMPORT_PATHS = [
    "painpath.letters.calendar", "painpath.letters.sweeping_unread", "painpath.measuring.export.tasks",
]  # fmt: skip
"""Modules with tasks beside each app's own `tasks`."""

MIDDLEWARE = [
    "painpath.web.headers.HeadersMiddleware",
    "painpath.keeping.middleware.KeepingMiddleware",
    "painpath.web.requests.RequestsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "painpath.web.errors.AnswersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "painpath.web.sign_ins.SignInsMiddleware",
    "painpath.web.idle.IdleMiddleware",
    "painpath.web.kept.KeepFormsMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "painpath.web.language.LanguageMiddleware",
    "painpath.web.access.ScopeMiddleware",
]

ROOT_URLCONF = "painpath.urls"
WSGI_APPLICATION = "painpath.wsgi.application"

DATABASES = postgres.databases(os.environ)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {"default": {"BACKEND": "painpath.accounts.counting.Counts"}}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "painpath.accounts.passwords.NotOnlyOurWords"},
]
ACCOUNT_ADAPTER = "painpath.accounts.adapter.InvitationOnly"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # an address is proved by the invitation that was sent to it
ACCOUNT_TEMPLATE_EXTENSION = "jinja"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_RATE_LIMITS = {
    "login": "120/m/ip",
    "login_failed": "30/m/ip,5/5m/key",  # the key is an account from one address; or the second factor of an account
    "login_failed_anywhere": "20/h/key",  # an account from everywhere: slow, but nobody is locked out for good
    "ask_for_account": "20/h/ip",
    "program_token": "120/m/ip",
    "program_message": "120/m/key",
    "program_call": "1200/m/key",
    "pdf": "60/m/ip",
}  # a practice or a hospital may come from one address; the key is a program that has proved who it is
MFA_ADAPTER = "painpath.accounts.factors.SealedFactors"
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"  # a passkey is something you have and, by its PIN or finger, one thing more
STAFF_NEED_FACTOR = not DEMO
"""Nobody with a membership goes on without a second factor. The invented people of the demonstration have no phones."""
MFA_TOTP_TOLERANCE = 1  # 30 seconds before and after: clocks of phones and typing take time
OIDC = oidc.read(os.environ)
"""The identity provider of the organisation, by which people may sign in; None where the site names none."""
SOCIALACCOUNT_ADAPTER = "painpath.accounts.provider.OnlyInvited"
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "triage:worklist"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("PAINPATH_PROXIES", "0"))
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
SENDS_EMAIL = "PAINPATH_SMTP_HOST" in os.environ and not DEMO
"""Whether the site has a mail server. Where it has none, and for the invented people of the demonstration, all goes by
post; how staff are told is `referrals.staff_mail`."""
EMAIL_HOST = os.environ.get("PAINPATH_SMTP_HOST", "localhost")
EMAIL_USE_SSL = os.environ.get("PAINPATH_SMTP_SECURITY") == "ssl"
EMAIL_USE_TLS = os.environ.get("PAINPATH_SMTP_SECURITY") == "starttls"
EMAIL_PORT = int(os.environ.get("PAINPATH_SMTP_PORT") or (465 if EMAIL_USE_SSL else 587 if EMAIL_USE_TLS else 25))
EMAIL_HOST_USER = os.environ.get("PAINPATH_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("PAINPATH_SMTP_PASSWORD", "")
EMAIL_TIMEOUT = float(os.environ.get("PAINPATH_SMTP_TIMEOUT", "10"))  # seconds; one thread waits for it
DEFAULT_FROM_EMAIL = SERVER_EMAIL = os.environ.get("PAINPATH_SMTP_FROM", "painpath@localhost")

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_I18N = True
FORMAT_MODULE_PATH = ["painpath.web.formats"]
USE_TZ = True

HTTPS = os.environ.get("PAINPATH_HTTPS") == "1"
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = (cookie(name, https=HTTPS) for name in ("sessionid", "csrftoken"))
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
IDLE_MINUTES = int(os.environ.get("PAINPATH_IDLE_MINUTES") or (8 * 60 if DEMO else 15))
"""How long somebody may do nothing before they have to sign in again: a desk in a clinic is not always guarded."""
LONGEST_HOURS = 12
"""No session outlives a working day."""
SESSION_COOKIE_AGE = LONGEST_HOURS * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = os.environ.get("PAINPATH_HSTS_SUBDOMAINS") != "0"
"""Also for names below this site's. Whoever serves something there without HTTPS sets `PAINPATH_HSTS_SUBDOMAINS=0`. The
list that browsers bring along (preload) is for whole domains, so for whoever owns the domain: we never ask for it."""
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
"""Never a cookie: what is said after a step can name whom it was about."""
CSRF_FAILURE_VIEW = "painpath.web.errors.csrf_failure"

SITE_URL = os.environ.get("PAINPATH_URL", "").rstrip("/")
"""Where people reach this site, such as https://referrals.example.nhs.uk: a receipt then says where to look."""

METRICS_TOKEN = os.environ.get("PAINPATH_METRICS_TOKEN", "")
"""What Prometheus must bring along to read /metrics; without one there is no such address."""

FHIR_ORIGINS = os.environ.get("PAINPATH_FHIR_ORIGINS", "").split()
"""Addresses of programs that run in a browser and may call the FHIR facade (CORS). None unless the site names them."""

CLAMD = os.environ.get("PAINPATH_CLAMD", "")
"""Where a ClamAV daemon listens: host:port, or the path of its socket. Empty: files are not scanned. It has to take
files of 25 MB (`StreamMaxLength` of clamd.conf)."""

MAX_FILE_BYTES = 25 * 1024 * 1024
MAX_UPLOAD_BYTES = 4 * MAX_FILE_BYTES
"""All files of one form together; the form says so before the record does."""
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler", "painpath.web.uploads.UnnamedFile"]

LOGGING = logs.configured(os.environ.get("PAINPATH_LOG", ""))
logs.take_over()
