"""How cookies are called. Read by the settings, so nothing of Django is imported here."""


def cookie(name: str, *, https: bool) -> str:
    """With HTTPS no other host and no page without HTTPS can set it (`__Host-`, RFC 6265bis 4.1.3.2)."""
    return f"__Host-{name}" if https else name
