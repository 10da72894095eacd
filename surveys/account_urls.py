"""Signing in and one's own account. allauth's views at addresses of ours, under the names it looks for."""

from allauth.account import views as account
from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as passkey
from django.urls import path
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from surveys.views import account as own
from surveys.views import sessions

page = require_http_methods(["GET", "POST"])
sign_in = page(own.SignIn.as_view())
sign_out = require_POST(account.logout)

urlpatterns = [
    path("sign-in", sign_in, name="sign-in"),
    path("sign-in", sign_in, name="account_login"),
    path("sign-in/code", page(account.request_login_code), name="account_request_login_code"),
    path("sign-in/code/confirm", page(account.confirm_login_code), name="account_confirm_login_code"),
    path("sign-in/second-factor", page(own.SecondFactor.as_view()), name="mfa_authenticate"),
    path("sign-in/passkey", page(passkey.login_webauthn), name="mfa_login_webauthn"),
    path("sign-in/closed", require_GET(account.account_inactive), name="account_inactive"),
    path("sign-out", sign_out, name="sign-out"),
    path("sign-out", sign_out, name="account_logout"),
    path("sign-up", page(account.signup), name="account_signup"),
    path("sign-up/passkey", page(account.signup_by_passkey), name="account_signup_by_passkey"),
    path("sign-up/passkey/add", page(passkey.signup_webauthn), name="mfa_signup_webauthn"),
    path("sign-up/confirm", page(account.email_verification_sent), name="account_email_verification_sent"),
    path("password/forgotten", page(account.password_reset), name="account_reset_password"),
    path(
        "password/forgotten/confirm",
        page(account.confirm_password_reset_code),
        name="account_confirm_password_reset_code",
    ),
    path(
        "password/forgotten/new",
        page(account.complete_password_reset),
        name="account_complete_password_reset",
    ),
    path(
        "password/forgotten/done",
        require_GET(account.password_reset_from_key_done),
        name="account_password_reset_completed",
    ),
    path("account", own.account, name="account"),
    path("account", own.account, name="account_email"),
    path("account/name", own.rename, name="account-name"),
    path("account/sessions", sessions.sessions, name="usersessions_list"),
    path("account/password", page(account.password_change), name="account_change_password"),
    path("account/password/first", page(account.password_set), name="account_set_password"),
    path("account/confirm", page(account.reauthenticate), name="account_reauthenticate"),
    path(
        "account/confirm/code",
        page(account.request_reauthentication_code),
        name="account_request_reauthentication_code",
    ),
    path(
        "account/confirm/code/enter",
        page(account.confirm_reauthentication_code),
        name="account_confirm_reauthentication_code",
    ),
    path("account/confirm/second-factor", page(factors.reauthenticate), name="mfa_reauthenticate"),
    path(
        "account/confirm/passkey", page(passkey.reauthenticate_webauthn), name="mfa_reauthenticate_webauthn"
    ),
    path("account/second-factor", require_GET(factors.index), name="mfa_index"),
    path("account/second-factor/app", page(app.activate_totp), name="mfa_activate_totp"),
    path("account/second-factor/app/remove", page(app.deactivate_totp), name="mfa_deactivate_totp"),
    path(
        "account/second-factor/codes",
        require_GET(recovery.view_recovery_codes),
        name="mfa_view_recovery_codes",
    ),
    path(
        "account/second-factor/codes/new",
        page(recovery.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "account/second-factor/codes.txt",
        require_GET(recovery.download_recovery_codes),
        name="mfa_download_recovery_codes",
    ),
    path("account/second-factor/passkeys", require_GET(passkey.list_webauthn), name="mfa_list_webauthn"),
    path("account/second-factor/passkeys/add", page(passkey.add_webauthn), name="mfa_add_webauthn"),
    path("account/second-factor/passkeys/<int:pk>", page(passkey.edit_webauthn), name="mfa_edit_webauthn"),
    path(
        "account/second-factor/passkeys/<int:pk>/remove",
        page(passkey.remove_webauthn),
        name="mfa_remove_webauthn",
    ),
]
