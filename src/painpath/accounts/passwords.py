"""Words that no password is made of: those that anybody would try first at a place like this (OWASP ASVS 6.1.2)."""

import re

from django.conf import settings
from django.core.exceptions import ValidationError

WORDS = frozenset({
    "admin", "administrator", "autumn", "clinic", "clinician", "consultant", "doctor", "england", "hospital", "letmein",
    "manager", "nhs", "nhsuk", "pain", "painpath", "passphrase", "password", "patient", "patients", "referral",
    "referrals", "service", "spring", "summer", "welcome", "winter",
})  # fmt: skip


class NotOnlyOurWords:
    """Refuses a password that is little but words of this place, with digits and signs between them."""

    def validate(self, password: str, user: object = None) -> None:
        """Raises ValidationError, with a sentence."""
        ours = WORDS | set(re.findall(r"[a-z]+", str(settings.SITE_NAME).lower()))
        left = re.sub("|".join(sorted(map(re.escape, ours), key=len, reverse=True)), "", password.lower())
        if left != password.lower() and sum(char.isalpha() for char in left) < 4:
            raise ValidationError(self.get_help_text(), code="our_words")

    def get_help_text(self) -> str:
        return "Use words that have nothing to do with this service or with where you work."
