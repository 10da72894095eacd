"""From the draft to the client, and back."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from assessment import releases, releasing
from assessment.access import released
from assessment.models import Preface, Release, ReportSnapshot
from surveys import campaigns, comments
from surveys.models import Campaign, Comment, Event, User
from surveys.models.ballot import Moderation
from surveys.models.event import Verb
from surveys.tenancy import within
from tests.waves import drafted, ordinary
from tests.waves import released as release
from tests.world import World

DRAFT = "Only consultants see this"


@pytest.fixture
def campaign(world: World) -> Campaign:
    """Its report is a draft; two comments wait for a moderator, one with a mark."""
    campaign = world.campaign(min_comments=5)
    drafted(world, campaign, ordinary(campaign))
    with within(world.organization):
        for text, moderated in (("Too many forms", "Too many forms"), ("Ask Ann", "Ask ⟦Ann⟧")):
            Comment.objects.create(
                campaign=campaign, panel="frontline", item="open", text=text, moderated=moderated
            )
    return campaign


def page(user: User, campaign: Campaign, name: str = "report") -> str:
    client = Client()
    client.force_login(user)
    response = client.get(reverse(name, args=[campaign.id]))
    assert response.status_code == 200
    return response.content.decode()


def post(world: World, campaign: Campaign, name: str, **body: str) -> Any:
    client = Client()
    client.force_login(world.consultant)
    return client.post(reverse(name, args=[campaign.id]), body, follow=True)


def moderate(world: World, campaign: Campaign, text: str, do: str, **body: str) -> str:
    with within(world.organization):
        comment = Comment.objects.get(text=text)
    response = post(world, campaign, "wave-comments", do=do, comment=str(comment.id), **body)
    return str(response.content.decode())


def test_a_draft_is_for_consultants_only(world: World, campaign: Campaign) -> None:
    assert DRAFT in page(world.consultant, campaign)
    told = page(world.executive, campaign)
    assert "The report is being read" in told
    assert DRAFT not in told
    client = Client()
    client.force_login(world.consultant)
    for name in ("report-document", "report-pdf", "report-files"):
        assert client.get(reverse(name, args=[campaign.id])).status_code == 404


def test_a_release_has_the_draft_s_numbers_the_moderated_comments_and_its_foreword(
    world: World, campaign: Campaign
) -> None:
    assert "Reword what stands between" in moderate(
        world, campaign, "Ask Ann", "approve", wording="Ask ⟦Ann⟧"
    )
    moderate(world, campaign, "Ask Ann", "approve", wording="Ask [a colleague]", theme="Help")
    moderate(world, campaign, "Too many forms", "withhold")
    post(world, campaign, "wave-release", do="write", summary="Begin with refunds.", **{"note-items": "Look"})
    assert "Begin with refunds." in page(world.consultant, campaign), "the draft has the words as they are"
    with within(world.organization):
        draft = ReportSnapshot.objects.get().document
        releases.ask(campaign, world.consultant)
        releases.ask(campaign, world.consultant)
        made = releasing.release(campaign.id)
        assert made is not None
        document = made.snapshot.document
        assert (made.released_by, Preface.objects.get().asked_at) == (world.consultant, None)
        assert set(Comment.objects.values_list("text", flat=True)) == {"Ask [a colleague]"}
        assert releasing.release(campaign.id) is None
        verbs = list(Event.objects.order_by("at").values_list("verb", flat=True))
    assert {key: value for key, value in document.items() if key != "comments"} == {
        key: value for key, value in draft.items() if key != "comments"
    }
    assert [comment["text"] for comment in document["comments"]] == ["Ask [a colleague]"]
    for verb in (Verb.PREFACE, Verb.ASKED, Verb.COMMENTS, Verb.RELEASED):
        assert verbs.count(verb) == 1
    assert verbs.count(Verb.MODERATED) == 2
    read = page(world.executive, campaign)
    assert "Begin with refunds." in read
    assert read.index('id="items-title"') < read.index("Look") < read.index('id="quality"')
    assert "Ask [a colleague]" in read
    assert "Ask Ann" not in read
    assert DRAFT not in page(world.consultant, campaign)


def test_nothing_is_released_while_a_comment_is_undecided(world: World, campaign: Campaign) -> None:
    assert "not decided yet" in post(world, campaign, "wave-release", do="release").content.decode()
    with within(world.organization):
        assert not Preface.objects.exists()
    post(world, campaign, "wave-comments", do="rest")
    with within(world.organization):
        assert set(Comment.objects.values_list("moderation", flat=True)) == {Moderation.WITHHELD}
        releases.ask(campaign, world.consultant)
        assert releases.due() == [(campaign.id, world.organization.id)]


def test_a_withdrawn_report_is_gone_for_the_client_and_can_be_released_again(
    world: World, campaign: Campaign
) -> None:
    moderate(world, campaign, "Ask Ann", "approve", wording="Ask [a colleague]")
    post(world, campaign, "wave-comments", do="rest")
    first = release(world, campaign)
    assert "Say why" in post(world, campaign, "wave-release", do="withdraw", reason=" ").content.decode()
    post(world, campaign, "wave-release", do="withdraw", reason="A name in a comment")
    with within(world.organization):
        assert not released().exists()
        with pytest.raises(campaigns.Refused, match="no released report"):
            releases.withdraw(campaign, "Again", world.consultant)
    assert "The report is being read" in page(world.executive, campaign)
    releases.reopen_withdrawn()
    with within(world.organization):
        comments.decide(Comment.objects.get().id, wording=None)
    second = release(world, campaign)
    assert second.id != first.id
    assert second.document["comments"] == []
    assert second.document["headline"] == first.document["headline"]
    assert "A name in a comment" in page(world.consultant, campaign, "wave-release")


def test_one_release_stands_at_most_and_none_ends_without_a_reason(world: World, campaign: Campaign) -> None:
    with within(world.organization):
        comments.withhold_rest(campaign.id)
    snapshot = release(world, campaign)
    with within(world.organization):
        other = ReportSnapshot.objects.create(campaign=campaign, document=snapshot.document, digest="")
        with pytest.raises(IntegrityError, match="release_one_standing"), transaction.atomic():
            Release.objects.create(snapshot=other, campaign=campaign)
        with pytest.raises(IntegrityError, match="for_a_reason"), transaction.atomic():
            Release.objects.update(withdrawn_at=snapshot.built_at)


def test_a_comment_of_another_wave_is_not_decided(world: World, campaign: Campaign) -> None:
    other = world.campaign("Wave 2")
    with within(world.organization):
        comment = Comment.objects.create(
            campaign=other, panel="frontline", item="open", text="a", moderated="a"
        )
        for named in (str(comment.id), "no id"):
            assert comments.decide_in(campaign.id, named, wording="x", theme="") == 0
        comment.refresh_from_db()
    assert comment.moderation == Moderation.PENDING


def test_a_release_that_was_asked_for_before_waits_for_the_draft(world: World) -> None:
    campaign = world.campaign()
    with within(world.organization):
        releases.when_built(campaign, actor=None)
        assert releasing.release(campaign.id) is None
        assert Preface.objects.get().asked_at is not None
    assert releases.due() == []
    drafted(world, campaign, ordinary(campaign))
    assert releases.due() == [(campaign.id, world.organization.id)]
