"""Signing in, signing up, the second factor: as people do it, with the mail they get."""

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core import mail
from django.test import Client
from django.urls import reverse

from surveys import signing_in
from surveys.models import Firm, Membership, Role, User
from tests.world import PASSWORD, SECRET, World, sign_in

CODE = re.compile(r"^([A-Z0-9-]{6,9})$", re.MULTILINE)


def mailed_code() -> str:
    found = CODE.search(str(mail.outbox[-1].body))
    assert found, mail.outbox[-1].body
    return found[1]


def page(client: Client, name: str) -> str:
    return client.get(reverse(name)).content.decode()


def test_a_password_alone_lets_no_member_of_a_firm_in(world: World) -> None:
    client = Client()
    answer = client.post(reverse("sign-in"), {"login": world.consultant.email, "password": PASSWORD})
    assert answer["Location"] == reverse("mfa_authenticate")
    assert "_auth_user_id" not in client.session
    wrong = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert wrong.status_code == 200
    assert "_auth_user_id" not in client.session
    client.post(reverse("mfa_authenticate"), {"code": signing_in.code_now(SECRET)})
    assert client.session["_auth_user_id"] == str(world.consultant.id)


def test_a_code_of_an_app_works_once(world: World) -> None:
    code = signing_in.code_now(SECRET)
    for expected in (True, False):
        client = Client()
        client.post(reverse("sign-in"), {"login": world.consultant.email, "password": PASSWORD})
        client.post(reverse("mfa_authenticate"), {"code": code})
        assert ("_auth_user_id" in client.session) is expected


def test_the_secret_of_an_app_is_not_in_the_database(world: World) -> None:
    kept = Authenticator.objects.get(user=world.consultant)
    assert SECRET not in str(kept.data)
    assert signing_in.MFAAdapter().decrypt(kept.data["secret"]) == SECRET


def test_a_code_by_mail_is_as_good_as_a_password(world: World) -> None:
    client = Client()
    client.post(reverse("account_request_login_code"), {"email": world.executive.email})
    assert mail.outbox[-1].to == [world.executive.email]
    client.post(reverse("account_confirm_login_code"), {"code": mailed_code()})
    assert client.session["_auth_user_id"] == str(world.executive.id)


def test_nobody_learns_who_has_an_account(world: World) -> None:
    """The same page and the same way on for an address that is known and for one that is not; and no mail to it."""
    seen: list[tuple[str, int, object]] = []
    for email in (world.executive.email, "nobody@example.org"):
        for name, field in (("account_request_login_code", "email"), ("account_reset_password", "email")):
            response = Client().post(reverse(name), {field: email})
            seen.append((email, response.status_code, response.get("Location")))
        wrong = Client().post(reverse("sign-in"), {"login": email, "password": "not the password"})
        seen.append((email, wrong.status_code, "are not correct" in wrong.content.decode()))
    known = [row[1:] for row in seen if row[0] == world.executive.email]
    unknown = [row[1:] for row in seen if row[0] != world.executive.email]
    assert known == unknown
    assert {address for sent in mail.outbox for address in sent.to} == {world.executive.email}


def test_a_mail_server_that_is_away_breaks_no_page_and_tells_of_no_account(
    world: World, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_PORT = 1
    seen = []
    for email in (world.executive.email, "nobody@example.org"):
        client = Client()
        response = client.post(reverse("account_request_login_code"), {"email": email}, follow=True)
        seen.append((response.status_code, "mail server" in response.content.decode()))
    assert seen == [(200, False)] * 2
    assert caplog.text.count("could not be sent") == 1
    assert world.executive.email not in caplog.text


def test_five_wrong_passwords_close_the_account_for_a_while_and_no_other(world: World) -> None:
    for _ in range(5):
        Client().post(reverse("sign-in"), {"login": world.executive.email, "password": "wrong"})
    blocked = Client().post(reverse("sign-in"), {"login": world.executive.email, "password": PASSWORD})
    assert "Too many failed login attempts" in blocked.content.decode()
    other = Client()
    sign_in(other, world.coordinator)


def test_a_member_without_a_second_factor_is_sent_to_set_one_up(world: World) -> None:
    Authenticator.objects.filter(user=world.consultant).delete()
    client = Client()
    sign_in(client, world.consultant)
    for name, arguments in (("home", []), ("client", [world.organization.id]), ("team", [world.firm.id])):
        answer = client.get(reverse(name, args=arguments))
        assert (answer.status_code, answer["Location"]) == (302, reverse("mfa_index")), name
    assert "Set one up first." in client.get(reverse("mfa_index")).content.decode()


def test_an_app_is_set_up_with_its_qr_code_and_opens_the_doors(transactional_world: World) -> None:
    world = transactional_world  # the mail goes out when the change is kept
    Authenticator.objects.filter(user=world.consultant).delete()
    client = Client()
    sign_in(client, world.consultant)
    form = page(client, "mfa_activate_totp")
    assert "data:image/svg+xml;base64," in form
    secret = re.search(r'id="authenticator_secret" value="([A-Z2-7]+)"', form)
    assert secret
    done = client.post(reverse("mfa_activate_totp"), {"code": signing_in.code_now(secret[1])})
    assert done["Location"] == reverse("mfa_view_recovery_codes")
    codes = client.get(done["Location"]).content.decode()
    assert codes.count("<li>") == 10, "nobody is asked again who they are in between"
    assert client.get(reverse("home")).status_code == 200
    told = mail.outbox[-1]
    assert told.to == [world.consultant.email]
    assert "0.0.0.0" not in str(told.body)
    kept = Authenticator.objects.get(user=world.consultant, type=Authenticator.Type.TOTP)
    assert secret[1] not in str(kept.data)


def test_the_codes_of_a_factor_that_was_proved_long_ago_are_not_shown_unasked(
    transactional_world: World,
) -> None:
    world = transactional_world
    Authenticator.objects.filter(user=world.consultant).delete()
    client = Client()
    sign_in(client, world.consultant)
    secret = re.search(r'value="([A-Z2-7]{32})"', page(client, "mfa_activate_totp"))
    assert secret
    client.post(reverse("mfa_activate_totp"), {"code": signing_in.code_now(secret[1])})
    session = client.session
    session[signing_in.PROVED_AT] -= 3600
    session.save()
    assert client.get(reverse("mfa_view_recovery_codes")).status_code == 302


def test_who_comes_to_set_up_a_firm_is_led_there_from_the_sign_up(world: World) -> None:
    client = Client()
    way = re.search(r'href="(/sign-up[^"]*)">Set up your firm', page(client, "sign-in"))
    assert way
    form = client.get(way[1]).content.decode()
    asked_for = re.search(r'name="next"\s+value="([^"]*)"', form)
    assert asked_for
    said = {"name": "Ada Lund", "email": "ada@firm.example", "password1": PASSWORD, "next": asked_for[1]}
    client.post(reverse("account_signup"), said)
    done = client.post(reverse("account_email_verification_sent"), {"code": mailed_code()})
    assert done["Location"] == reverse("firm-new")


def test_the_last_second_factor_of_a_firms_member_stays(world: World) -> None:
    client = Client()
    sign_in(client, world.consultant)
    client.post(reverse("mfa_deactivate_totp"))
    assert Authenticator.objects.filter(user=world.consultant).exists()


def test_a_session_is_ended_elsewhere(world: World) -> None:
    here, there = Client(), Client()
    for client in (here, there):
        sign_in(client, world.executive)
    other = UserSession.objects.get(session_key=there.session.session_key)
    assert str(other.id) in page(here, "usersessions_list")
    here.post(reverse("usersessions_list"), {"session": str(other.id)})
    assert there.get(reverse("account")).status_code == 302
    assert here.get(reverse("account")).status_code == 200


def test_nobody_ends_another_persons_session(world: World) -> None:
    mine, theirs = Client(), Client()
    sign_in(mine, world.executive)
    sign_in(theirs, world.coordinator)
    other = UserSession.objects.get(session_key=theirs.session.session_key)
    for wanted in (str(other.id), "all", "x", "99999999999999999999"):
        mine.post(reverse("usersessions_list"), {"session": wanted})
    assert theirs.get(reverse("account")).status_code == 200


def test_no_address_of_a_browser_is_kept(world: World) -> None:
    client = Client(REMOTE_ADDR="203.0.113.9")
    sign_in(client, world.executive)
    assert UserSession.objects.get(user=world.executive).ip == "0.0.0.0"


def test_a_new_consultant_sets_up_a_firm(db: None) -> None:
    """Name, address and password; the code from the mail; the firm; the second factor; the empty list of clients."""
    client = Client()
    form = {"name": "Nadia New", "email": "nadia@new.example", "password1": "a rather long password"}
    assert client.post(reverse("account_signup"), form)["Location"] == reverse(
        "account_email_verification_sent"
    )
    client.post(reverse("account_email_verification_sent"), {"code": mailed_code()})
    user = User.objects.get(email="nadia@new.example")
    assert client.session["_auth_user_id"] == str(user.id)
    assert str(user) == "Nadia New"
    assert EmailAddress.objects.get(user=user).verified
    assert reverse("firm-new") in page(client, "home")
    client.post(reverse("firm-new"), {"name": "  New   Ways "})
    firm = Firm.objects.get(name="New Ways")
    assert Membership.objects.get(user=user).role == Role.OWNER
    assert client.get(reverse("home"))["Location"] == reverse("mfa_index")
    form_page = page(client, "mfa_activate_totp")
    secret = re.search(r'id="authenticator_secret" value="([A-Z2-7]+)"', form_page)
    assert secret
    client.post(reverse("mfa_activate_totp"), {"code": signing_in.code_now(secret[1])})
    assert reverse("client-new", args=[firm.id]) in page(client, "home")


def test_an_address_that_is_not_confirmed_signs_nobody_in(db: None) -> None:
    client = Client()
    form = {"name": "Nadia New", "email": "nadia@new.example", "password1": "a rather long password"}
    client.post(reverse("account_signup"), form)
    client.post(reverse("account_email_verification_sent"), {"code": "WRONG1"})
    assert "_auth_user_id" not in client.session
    again = Client()
    again.post(reverse("sign-in"), {"login": "nadia@new.example", "password": "a rather long password"})
    assert "_auth_user_id" not in again.session


def test_signing_up_can_be_switched_off(world: World, settings: Any) -> None:
    assert reverse("account_signup") in Client().get(reverse("sign-in")).content.decode()
    settings.SIGN_UP = False
    assert reverse("account_signup") not in Client().get(reverse("sign-in")).content.decode()
    form = {"name": "Nadia New", "email": "nadia@new.example", "password1": "a rather long password"}
    Client().post(reverse("account_signup"), form)
    assert not User.objects.filter(email="nadia@new.example").exists()
    client = Client()
    sign_in(client, world.executive)
    assert client.post(reverse("firm-new"), {"name": "Mine"}).status_code == 403


def test_a_taken_name_of_a_firm_is_said(world: World) -> None:
    client = Client()
    sign_in(client, world.executive)
    answer = client.post(reverse("firm-new"), {"name": "MERIDIAN"})
    assert "There is a firm of this name already." in answer.content.decode()
    assert not Membership.objects.filter(user=world.executive, role=Role.OWNER).exists()


@pytest.mark.parametrize("mode", ["local", "production"])
def test_only_the_demos_people_are_told_a_code_and_only_locally(
    world: World, settings: Any, mode: str
) -> None:
    settings.MODE = mode
    assert signing_in.demo_code(world.consultant.email) == ""
    assert bool(signing_in.demo_code("consultant@demo.example")) is (mode == "local")
    with pytest.raises(ValueError, match="Only people of the demo"):
        signing_in.add_demo_factor(world.executive)
