"""allauth's forms in our words."""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base.forms import AuthenticateForm
from django import forms
from django.utils.translation import gettext_lazy as _


class Plain:
    """allauth's forms in our words: a label says what a field is, so that nothing stands in it that goes away."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            if name in {"email", "login"}:
                field.label = _("E-mail address")
            if name in {"login", "password"}:
                field.help_text = ""


class SignInForm(Plain, account.LoginForm):  # type: ignore[misc]  # allauth has no types
    pass


class SignUpForm(Plain, account.SignupForm):  # type: ignore[misc]  # allauth has no types
    pass


class CodeForm(Plain, account.RequestLoginCodeForm):  # type: ignore[misc]  # allauth has no types
    pass


class EnterCodeForm(Plain, account.ConfirmLoginCodeForm):  # type: ignore[misc]  # allauth has no types
    pass


class VerifyForm(Plain, account.ConfirmEmailVerificationCodeForm):  # type: ignore[misc]  # allauth has no types
    pass


class ForgottenForm(Plain, account.ResetPasswordForm):  # type: ignore[misc]  # allauth has no types
    pass


class SecondFactorForm(Plain, AuthenticateForm):  # type: ignore[misc]  # allauth has no types
    pass
