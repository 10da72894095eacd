"""The walk of a respondent: no cookie, no script, no account; one answer a pass."""

import datetime as dt
import gzip
import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from surveys.instruments.instrument import Panel
from surveys.models import Ballot, Campaign, CampaignUnit, Pass
from surveys.tenancy import across_all, within
from tests.world import World

pytestmark = pytest.mark.django_db

BALLOT_NUMBER = re.compile(r'name="ballot" value="[^"]+"')


@pytest.fixture
def phone() -> Client:
    return Client(enforce_csrf_checks=True)


def ballots() -> int:
    with across_all("a test counts"):
        return Ballot.objects.count()


def unspent() -> int:
    with across_all("a test counts"):
        return Pass.objects.filter(spent=False).count()


def text(response: Any) -> str:
    return str(response.content.decode())


def ballot_of(response: Any) -> str:
    found = re.search(r'name="ballot" value="([^"]+)"', text(response))
    assert found
    return found[1]


def send(phone: Client, code: str, ballot: str, **answers: str) -> Any:
    return phone.post(reverse("answer-send"), {"code": code, "ballot": ballot, **answers})


def test_the_whole_walk_makes_one_ballot_and_sets_no_cookie(world: World, phone: Client) -> None:
    code = world.code(world.open_campaign())
    pages = [
        phone.post(reverse("answer-enter"), {"code": code}),
        phone.post(reverse("answer-questions"), {"code": code}),
        phone.post(reverse("answer-check"), {"code": code, "b-tenure": "1"}),
    ]
    assert [page.status_code for page in pages] == [200, 200, 200]
    assert (ballots(), unspent()) == (0, 1)
    sent = send(phone, code, ballot_of(pages[-1]), **{"b-tenure": "1"})
    assert (sent.status_code, ballots(), unspent()) == (303, 1, 0)
    pages += [sent, phone.get(sent["Location"])]
    assert not phone.cookies
    assert all(page["Cache-Control"] == "no-store" for page in pages if page.status_code == 200)
    assert all(code not in page.get("Location", "") for page in pages)
    assert "Thank you" in text(pages[-1])
    assert code not in text(pages[-1])


def test_a_get_changes_nothing_wherever_it_goes(world: World, phone: Client) -> None:
    campaign = world.open_campaign()
    code = world.code(campaign)
    for _scan in range(3):
        assert phone.post(reverse("answer-enter"), {"code": code}).status_code == 200
        for step in ("answer-questions", "answer-check", "answer-send"):
            answered = phone.get(reverse(step), {"code": code, "ballot": str(uuid4())})
            assert answered.status_code == 302
            assert answered["Location"] == reverse("answer-enter")
    assert (ballots(), unspent()) == (0, 1)


def test_a_retried_post_is_one_answer_and_the_same_thanks(world: World, phone: Client) -> None:
    code, ballot = world.code(world.open_campaign()), str(uuid4())
    assert [send(phone, code, ballot).status_code for _try in range(3)] == [303, 303, 303]
    assert ballots() == 1


def test_another_answer_with_the_same_pass_is_refused(world: World, phone: Client) -> None:
    code = world.code(world.open_campaign())
    send(phone, code, str(uuid4()))
    assert send(phone, code, str(uuid4())).status_code == 410
    assert phone.post(reverse("answer-enter"), {"code": code}).status_code == 410
    assert phone.post(reverse("answer-questions"), {"code": code}).status_code == 410
    assert ballots() == 1


def test_an_unknown_code_gets_a_kind_page(phone: Client) -> None:
    answered = phone.post(reverse("answer-enter"), {"code": "nosuchcode"})
    assert answered.status_code == 404
    assert "We do not know this code" in text(answered)
    assert phone.post(reverse("answer-questions"), {"code": ""}).status_code == 404


def test_a_closed_survey_says_until_when_in_the_organizations_zone(world: World, phone: Client) -> None:
    campaign = world.open_campaign()
    code = world.code(campaign)
    world.over(campaign)
    answered = phone.post(reverse("answer-enter"), {"code": code})
    assert answered.status_code == 410
    assert "(Madrid)" in text(answered)
    assert send(phone, code, str(uuid4())).status_code == 410
    assert ballots() == 0


def test_a_survey_that_is_not_open_yet_says_when(world: World, phone: Client) -> None:
    campaign = world.open_campaign()
    code = world.code(campaign)
    with within(world.organization):
        Campaign.objects.filter(id=campaign.id).update(opens_at=timezone.now() + dt.timedelta(hours=1))
    answered = phone.post(reverse("answer-enter"), {"code": code})
    assert answered.status_code == 403
    assert "not open yet" in text(answered)


def test_the_first_page_tells_the_policy_of_this_campaign(world: World, phone: Client) -> None:
    campaign = world.open_campaign(min_group=7, min_comments=13, min_distribution=11)
    page = text(phone.post(reverse("answer-enter"), {"code": world.code(campaign)}))
    assert "at least 7 of its people answered" in page
    assert "at least 13 people answered" in page
    assert "Under 11 answers only averages" in page
    assert "Confidential, not anonymous" in page


def test_people_in_a_small_unit_are_told_how_few_they_are(world: World, phone: Client) -> None:
    campaign = world.open_campaign()
    code = world.code(campaign)
    assert "one of only" not in text(phone.post(reverse("answer-enter"), {"code": code}))
    with within(world.organization):
        CampaignUnit.objects.filter(campaign=campaign, path="North/Store 1").update(frontline_headcount=9)
    assert "one of only 9 people" in text(phone.post(reverse("answer-enter"), {"code": code}))


def test_executives_are_counted_over_the_whole_organization(world: World, phone: Client) -> None:
    campaign = world.open_campaign()
    code = world.code(campaign, Panel.EXECUTIVE, "North")
    assert "one of only" not in text(
        phone.post(reverse("answer-enter"), {"code": code})
    )  # 6 in each of two regions
    with within(world.organization):
        CampaignUnit.objects.filter(campaign=campaign, path="South").update(executive_headcount=1)
    assert "one of only 7 executives" in text(phone.post(reverse("answer-enter"), {"code": code}))
    with within(world.organization):
        CampaignUnit.objects.filter(campaign=campaign, path="South").update(executive_headcount=None)
    assert "one of only" not in text(phone.post(reverse("answer-enter"), {"code": code}))


def test_the_language_changes_in_the_middle_and_answers_stay(world: World, phone: Client) -> None:
    code = world.code(world.open_campaign())
    values = {"code": code, "kept_language": "en", "language": "es", "b-tenure": "2"}
    page = phone.post(reverse("answer-questions"), values)
    assert page["Content-Language"] == "es"
    assert '<html lang="es"' in text(page)
    assert 'name="b-tenure" value="2" checked' in text(page)
    checked = phone.post(reverse("answer-check"), {"code": code, "kept_language": "es", "b-tenure": "2"})
    assert checked["Content-Language"] == "es"
    sent = phone.post(
        reverse("answer-send"),
        {"code": code, "kept_language": "es", "ballot": ballot_of(checked), "b-tenure": "2"},
    )
    assert phone.get(sent["Location"])["Content-Language"] == "es"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("es-MX,es;q=0.9", "es"),
        ("ja", "en"),
        ("zh-CN,zh;q=0.9", "zh-hans"),
        ("fil-PH,en", "tl"),
        ("xx;q=bad", "en"),
    ],
)
def test_the_browsers_language_is_the_first_guess(
    world: World, phone: Client, header: str, expected: str
) -> None:
    code = world.code(world.open_campaign())
    page = phone.post(reverse("answer-enter"), {"code": code}, headers={"accept-language": header})
    assert page["Content-Language"] == expected


def test_a_mistake_is_named_and_nothing_is_lost(world: World, phone: Client) -> None:
    campaign = world.open_campaign()
    item = campaign.instrument.with_role("obstacles")
    assert item
    code = world.code(campaign)
    page = phone.post(
        reverse("answer-check"), {"code": code, f"i-{item.id}": ["1", "2", "3", "4"], "b-tenure": "1"}
    )
    assert page.status_code == 422
    assert 'role="alert"' in text(page)
    assert f'href="#i-{item.id}"' in text(page)
    assert text(page).count('" checked') == 5


def test_a_sheet_without_a_ballot_number_is_not_stored(world: World, phone: Client) -> None:
    code = world.code(world.open_campaign())
    assert send(phone, code, "not-a-uuid").status_code == 400
    assert (ballots(), unspent()) == (0, 1)


def test_the_blank_questions_hold_nobodys_code_or_answers(world: World, phone: Client) -> None:
    """They are drawn once for everybody of a panel."""
    campaign = world.open_campaign()
    first, second = world.code(campaign), world.code(campaign)
    phone.post(reverse("answer-questions"), {"code": first, "b-tenure": "2"})
    phone.post(reverse("answer-questions"), {"code": first})
    page = text(phone.post(reverse("answer-questions"), {"code": second}))
    assert first not in page
    assert '" checked' not in page


def test_the_first_page_is_drawn_once_and_knows_nobodys_code(world: World, phone: Client) -> None:
    campaign = world.open_campaign()
    first, second = world.code(campaign), world.code(campaign)
    pages = [text(phone.post(reverse("answer-enter"), {"code": code})) for code in (first, second)]
    assert pages[0].replace(first, second) == pages[1]
    assert first not in pages[1]
    odd = f'{first[:8].upper()}-{first[8:]} "><b>'
    assert "<b>" not in text(phone.post(reverse("answer-enter"), {"code": odd}))


def test_a_phone_gets_its_pages_compressed_and_the_same(world: World, phone: Client) -> None:
    code = world.code(world.open_campaign())
    for step in ("answer-enter", "answer-questions", "answer-check"):
        plain = phone.post(reverse(step), {"code": code})
        packed = phone.post(reverse(step), {"code": code}, headers={"accept-encoding": "gzip, br"})
        assert "Content-Encoding" not in plain
        assert packed["Content-Encoding"] == "gzip"
        assert "Accept-Encoding" in packed["Vary"]
        assert int(packed["Content-Length"]) == len(packed.content) < 0.5 * len(plain.content)
        unpacked = gzip.decompress(packed.content).decode()
        assert BALLOT_NUMBER.sub("", unpacked) == BALLOT_NUMBER.sub("", text(plain))


def test_a_code_typed_from_paper_opens_the_survey(world: World, phone: Client) -> None:
    code = world.code(world.open_campaign())
    assert phone.get(reverse("answer-enter")).status_code == 200
    typed = f" {code[:4].upper()}-{code[4:]} "
    assert "What happens with your answers" in text(phone.post(reverse("answer-enter"), {"code": typed}))


def test_pages_carry_no_inline_script_or_style_and_no_script_holds_them_up(
    world: World, phone: Client
) -> None:
    code = world.code(world.open_campaign())
    for page in (
        phone.post(reverse("answer-enter"), {"code": code}),
        phone.post(reverse("answer-questions"), {"code": code}),
        phone.post(reverse("answer-check"), {"code": code}),
    ):
        (script,) = re.findall(r"<script[^>]*>[^<]*</script>", text(page))
        assert re.match(r'<script type="module"\s+src="/static/(answer|keep)\.js"[^>]*></script>', script)
        assert ("answer.js" in script) is ("Anonymous by proof" in text(page))
        assert "style=" not in text(page)


def test_the_enter_key_leads_to_the_check_and_changes_no_language(world: World, phone: Client) -> None:
    """It presses a form's first button in the page's order, shown or not."""
    code = world.code(world.open_campaign())
    page = text(phone.post(reverse("answer-questions"), {"code": code}))
    first = re.search(r"<button[^>]*>", page)
    assert first
    assert 'form="sheet"' in first[0]
    assert "formaction" not in first[0]
    assert re.search(rf'<form id="sheet"\s+method="post"\s+action="{reverse("answer-check")}"', page)


def test_executives_are_not_asked_who_they_are(world: World, phone: Client) -> None:
    """Nothing is ever shown by their background, and so few of them would be known by it."""
    campaign = world.open_campaign()
    question = campaign.instrument.background_wording("tenure", "en")
    asked = {
        panel: question
        in text(phone.post(reverse("answer-questions"), {"code": world.code(campaign, panel, path)}))
        for panel, path in ((Panel.FRONTLINE, "North/Store 1"), (Panel.EXECUTIVE, "North"))
    }
    assert asked == {Panel.FRONTLINE: True, Panel.EXECUTIVE: False}
