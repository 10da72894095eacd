"""What somebody who signs in is called. allauth's own forms are built on this one."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from surveys.models import User


class NameForm(forms.Form):
    """What allauth's sign-up asks besides the address and the password."""

    name = forms.CharField(
        label=_("Your name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    field_order = ("name", "email", "password1")

    def signup(self, request: HttpRequest, user: User) -> None:  # noqa: ARG002  # allauth calls it so
        """Called by allauth once the account is there."""
        user.first_name, user.last_name = split(self.cleaned_data["name"])
        user.save(update_fields=["first_name", "last_name"])

    def clean_name(self) -> Any:
        return " ".join(self.cleaned_data["name"].split())


def split(name: str) -> tuple[str, str]:
    """First word and the rest: only ever shown together again."""
    first, _space, rest = name.partition(" ")
    return first, rest
