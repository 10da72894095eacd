"""allauth's forms in our words."""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
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


class SignInForm(Plain, account.LoginForm):
    pass


class SignUpForm(Plain, account.SignupForm):
    pass


class CodeForm(Plain, account.RequestLoginCodeForm):
    pass


class EnterCodeForm(Plain, account.ConfirmLoginCodeForm):
    pass


class VerifyForm(Plain, account.ConfirmEmailVerificationCodeForm):
    pass


class ForgottenForm(Plain, account.ResetPasswordForm):
    pass


class ConfirmForm(Plain, account.ReauthenticateForm):
    pass


class AppForm(Plain, ActivateTOTPForm):
    pass


class PasskeyForm(Plain, AddWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name")
        self.fields["name"].help_text = _("To tell your passkeys apart.")
        self.fields["passwordless"].label = _("Sign in with it alone, without the password")
        self.fields["passwordless"].help_text = _("It has to ask for a finger, a face or a number then.")
        self.fields["passwordless"].initial = True


class SecondFactorForm(Plain, AuthenticateForm):
    pass
