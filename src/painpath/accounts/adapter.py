"""How people come to have an account: by a service's invitation, and in no other way."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class InvitationOnly(DefaultAccountAdapter):
    """Nobody can sign themselves up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
