from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedSignup(DefaultAccountAdapter):
    """Accounts are made by the school, never by whoever comes along."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
