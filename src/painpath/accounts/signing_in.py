"""The rows about signing in. They belong to people, before any service is chosen, and hold nothing of a patient."""

from datetime import timedelta

from django.conf import settings
from django.db import models

from painpath import clock


class Notice(models.Model):
    """What a person has to know about their own account and no e-mail could tell: shown at their next sign-in, once."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    subject = models.CharField(max_length=100)
    words = models.CharField(max_length=500)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        app_label = "accounts"

    def __str__(self) -> str:
        return self.words


class Counted(models.Model):
    """A count or a mark that holds for all processes (`accounts.counting`). The key is a keyed hash of an address of
    the network or of an account: whose it is cannot be read here."""

    key = models.CharField(primary_key=True, max_length=64)
    value = models.TextField()
    until = models.DateTimeField(db_index=True)

    class Meta:
        app_label = "accounts"


class SignedIn(models.Model):
    """One sign-in: with which browser, from which network, first and last seen. While its session lives its owner can
    end it; after that it is how a browser is known again, for a year (`LASTS`).

    `browser` is a keyed hash of a random cookie; of the address only the network is kept.
    """

    LASTS = timedelta(days=365)

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    session = models.CharField(max_length=40, db_index=True)
    browser = models.CharField(max_length=64)
    words = models.CharField("what the browser calls itself", max_length=60)
    network = models.CharField(max_length=50)
    began_at = models.DateTimeField(default=clock.now)
    seen_at = models.DateTimeField(default=clock.now)

    class Meta:
        app_label = "accounts"
        indexes = [models.Index(fields=["user", "browser"], name="signed_in_by_browser")]

    def __str__(self) -> str:
        return f"{self.words}, {self.network}"
