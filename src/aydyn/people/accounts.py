"""How allauth makes and tells accounts, where we differ from it."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils.translation import get_language

from aydyn.kernel import limits


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Remembers the language a person signed up in; never logs an address."""

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        """Keep the language for later letters."""
        user.language = get_language() or "tk"
        return super().save_user(request, user, form, commit)

    def get_client_ip(self, request: HttpRequest) -> str:
        """Whom limits are counted for, and nothing else."""
        return limits.visitor(request)
