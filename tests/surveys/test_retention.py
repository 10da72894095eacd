"""The told dates hold: answers, comments and passes go, each with a certificate, once."""

import datetime as dt
import random
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import IntegrityError, ProgrammingError, transaction
from django.utils import timezone

from assessment import releases, releasing
from assessment.models import ReportSnapshot
from assessment.snapshot.build import build
from surveys import campaigns, certificates, collect, comments, queries, retention
from surveys.instruments.instrument import Panel
from surveys.models import AnswerBlock, Campaign, Certificate, Comment, Destroyed, Event, Pass, State
from surveys.models.ballot import Moderation
from surveys.models.event import Verb
from surveys.tasks import purge_campaign, purge_due
from surveys.tenancy import within
from tests.world import World


@pytest.fixture
def reported(world: World) -> Campaign:
    return report(world, "Wave 1")


def report(world: World, name: str) -> Campaign:
    campaign = closed(world, name)
    with within(world.organization):
        build(campaign)
        return Campaign.objects.get(id=campaign.id)


def closed(world: World, name: str = "Wave 1") -> Campaign:
    return world.closed(answered(world, name))


def answered(world: World, name: str = "Wave 1", **policy: int) -> Campaign:
    """Seven of the front line with a comment each, four executives."""
    campaign = world.open_campaign(name, **policy)
    rng = random.Random(7)
    for panel, path, people in ((Panel.FRONTLINE, "North/Store 1", 7), (Panel.EXECUTIVE, "North", 4)):
        for number in range(people):
            collect.submit(
                code=world.code(campaign, panel, path),
                ballot=uuid4(),
                sheet=a_careful_sheet(campaign, rng),
                comments={"open": f"Original {number}"} if panel is Panel.FRONTLINE else {},
            )
    return campaign


def a_careful_sheet(campaign: Campaign, rng: random.Random) -> bytes:
    fields = campaign.codec.fields
    return bytes(1 if field.max_choices else rng.randint(1, field.options) for field in fields)


def later(world: World, campaign: Campaign, **passed: int) -> Campaign:
    """The same campaign when so much time has passed since its term began."""
    with within(world.organization):
        row = Campaign.objects.get(id=campaign.id)
        for name in ("answers_until", "records_until"):
            setattr(row, name, getattr(row, name) - dt.timedelta(**passed))
        row.save()
        return row


def count(world: World, model: type) -> int:
    with within(world.organization):
        return int(model.objects.count())  # type: ignore[attr-defined]


def test_the_term_begins_at_closing_and_is_the_one_a_respondent_was_told(world: World) -> None:
    campaign = world.open_campaign()
    world.answer(campaign)
    told = world.over(campaign).destroyed_by
    assert told - campaign.closes_at == dt.timedelta(days=90)
    with within(world.organization):
        campaigns.close(campaign)
        kept = Campaign.objects.get(id=campaign.id)
    assert kept.answers_until == told
    assert kept.records_until == kept.closes_at + dt.timedelta(days=365)


def test_a_loaded_survey_is_kept_from_the_day_it_was_brought_in(world: World) -> None:
    campaign = world.campaign()
    with within(world.organization):
        Campaign.objects.filter(id=campaign.id).update(
            opens_at="2015-01-01T00:00Z", closes_at="2015-02-01T00:00Z"
        )
        campaign.refresh_from_db()
        campaigns.store_finished(campaign, {}, [], actor=None)
        until = Campaign.objects.get(id=campaign.id).answers_until
    assert until is not None
    assert until > timezone.now() + dt.timedelta(days=89)


def test_the_database_refuses_a_closed_campaign_without_an_end(world: World, reported: Campaign) -> None:
    with within(world.organization), pytest.raises(IntegrityError), transaction.atomic():
        Campaign.objects.filter(id=reported.id).update(answers_until=None)


def test_nothing_is_due_before_its_day(world: World, reported: Campaign) -> None:
    later(world, reported, days=88)
    assert retention.due() == []
    with within(world.organization):
        assert retention.purge(reported.id) == []
    assert count(world, AnswerBlock) == 2


def test_on_the_told_day_the_answers_go_and_the_report_stays(world: World, reported: Campaign) -> None:
    later(world, reported, days=91)
    assert [due.campaign for due in retention.due()] == [reported.id]
    with within(world.organization):
        (certificate,) = retention.purge(reported.id)
        assert (certificate.what, certificate.counts) == (Destroyed.ANSWERS, {"frontline": 7, "executive": 4})
        assert Campaign.objects.get(id=reported.id).state == State.PURGED
        event = Event.objects.get(verb=Verb.PURGED)
        assert event.detail == {"destroyed": {"answers": {"frontline": 7, "executive": 4}}}
    assert [count(world, m) for m in (AnswerBlock, ReportSnapshot, Pass, Comment)] == [0, 1, 11, 7]


def test_a_second_time_there_is_nothing_left_to_do(world: World, reported: Campaign) -> None:
    later(world, reported, days=400)
    with within(world.organization):
        assert len(retention.purge(reported.id)) == 3
        assert retention.purge(reported.id) == []
    assert retention.due() == []
    assert [count(world, model) for model in (Certificate, AnswerBlock, Pass, Comment)] == [3, 0, 0, 0]
    with within(world.organization):
        assert [certificate.what for certificate in certificates.verify()] == [
            "answers",
            "comments",
            "passes",
        ]
        assert Event.objects.filter(verb=Verb.PURGED).count() == 1


def test_killed_between_destroying_and_certifying_nothing_has_happened(
    world: World, reported: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    later(world, reported, days=91)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(certificates, "issue", killed)
    with within(world.organization), pytest.raises(KeyboardInterrupt):
        retention.purge(reported.id)
    assert [count(world, model) for model in (AnswerBlock, Certificate)] == [2, 0]


def test_an_open_campaign_loses_nothing(world: World) -> None:
    campaign = world.open_campaign()
    world.answer(campaign)
    with within(world.organization):
        past = timezone.now() - dt.timedelta(days=1)
        Campaign.objects.filter(id=campaign.id).update(answers_until=past, records_until=past)
        assert retention.due() == []


def test_without_a_report_the_end_is_announced_a_day_before(world: World) -> None:
    """A server that was off for a season finds time to build what it owes; the promise holds all the same."""
    campaign = later(world, closed(world), days=91)
    with within(world.organization):
        assert retention.purge(campaign.id) == []
        assert retention.purge(campaign.id) == []
        warned = Event.objects.get(verb=Verb.OVERDUE)
        Event.objects.filter(id=warned.id).update(at=timezone.now() - dt.timedelta(hours=25))
        (certificate,) = retention.purge(campaign.id)
    assert certificate.what == Destroyed.ANSWERS
    assert count(world, AnswerBlock) == 0


def test_a_report_is_not_built_of_answers_that_are_going(world: World) -> None:
    campaign = closed(world)
    with within(world.organization):
        Campaign.objects.filter(id=campaign.id).update(state=State.PURGED)
        with pytest.raises(campaigns.Refused):
            build(campaign)
    assert count(world, ReportSnapshot) == 0


def test_each_certificate_carries_the_digest_of_the_one_before(world: World) -> None:
    for name in ("Wave 1", "Wave 2"):
        campaign = later(world, report(world, name), days=91)
        with within(world.organization):
            retention.purge(campaign.id)
    with within(world.organization):
        first, second = certificates.verify()
        assert (first.previous, second.previous) == ("", first.digest)
        assert first.program.startswith("Latitude ")
        with pytest.raises(ProgrammingError, match="never changed"), transaction.atomic():
            Certificate.objects.filter(id=first.id).update(counts={"frontline": 1})
        first.delete()
        with pytest.raises(certificates.BrokenChain):
            certificates.verify()


def test_a_changed_certificate_is_noticed(world: World, reported: Campaign) -> None:
    later(world, reported, days=91)
    with within(world.organization):
        (certificate,) = retention.purge(reported.id)
        changed = Certificate.objects.get()
        certificate.delete()
        changed.counts = {"frontline": 8, "executive": 4}
        changed.save(force_insert=True)
        with pytest.raises(certificates.BrokenChain, match="changed"):
            certificates.verify()


@pytest.mark.django_db(transaction=True)
def test_beat_finds_what_is_due_and_its_command_says_it(
    transactional_world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    world = transactional_world
    campaign = later(world, report(world, "Wave 1"), days=91)
    monkeypatch.setattr(purge_campaign, "delay", purge_campaign)
    purge_due()
    purge_due()
    assert [count(world, model) for model in (AnswerBlock, Certificate)] == [0, 1]
    later(world, campaign, days=400)
    call_command("purge_due")
    assert "Wave 1: comments {'frontline': 7}" in capsys.readouterr().out
    call_command("purge_due", "--verify")
    assert "Acme: 3 certificates" in capsys.readouterr().out


# --- Comments -------------------------------------------------------------------------------------


def texts(world: World) -> set[str]:
    with within(world.organization):
        return set(Comment.objects.values_list("text", flat=True))


def test_released_comments_lose_what_their_authors_wrote(world: World) -> None:
    campaign = world.open_campaign(min_comments=5)
    world.answer(campaign)
    for text in ("Ask Maria Keller", "Too many forms", "Private", "Not read yet"):
        world.answer(campaign, open=text)
    campaign = world.closed(campaign)
    with within(world.organization):
        ids = dict(Comment.objects.values_list("text", "id"))
        comments.propose(ids["Ask Maria Keller"], "Ask [name]")
        comments.decide(ids["Ask Maria Keller"], wording="Ask [a colleague]")
        comments.decide(ids["Too many forms"], wording="Too many forms")
        comments.decide(ids["Private"], wording=None)
        shown = {comment.text for comment in queries.shown_comments(campaign)}
        assert shown == {"Ask [a colleague]", "Too many forms"}
        certificate = comments.release(campaign)
        assert certificate is not None
        assert (certificate.what, certificate.counts) == (Destroyed.ORIGINALS, {"frontline": 3})
        assert {comment.text for comment in queries.shown_comments(campaign)} == shown
        assert comments.release(campaign) is None
        assert Event.objects.filter(verb=Verb.COMMENTS).count() == 1
        assert set(Comment.objects.values_list("moderated", flat=True)) == {"", "Not read yet"}
    assert texts(world) == {"Ask [a colleague]", "Too many forms", "Not read yet"}


def test_the_report_releases_the_moderated_wording_and_the_originals_go_with_it(world: World) -> None:
    campaign = world.closed(answered(world, min_comments=5))
    with within(world.organization):
        for comment in Comment.objects.all():
            comments.decide(comment.id, wording=comment.text.replace("Original", "Moderated"))
        build(campaign)
        releases.when_built(campaign, actor=None)
        made = releasing.release(campaign.id)
        assert made is not None
        document = made.snapshot.document
    assert {comment["text"] for comment in document["comments"]} == {f"Moderated {n}" for n in range(7)}
    assert not [text for text in texts(world) if "Original" in text]


def test_a_decision_says_something_and_a_proposal_does_not_undo_one(world: World) -> None:
    campaign = world.open_campaign(min_comments=5)
    world.answer(campaign, open="Words")
    for _ in range(4):
        world.answer(campaign)
    world.closed(campaign)
    with within(world.organization):
        comment = Comment.objects.get()
        with pytest.raises(ValueError, match="withhold"):
            comments.decide(comment.id, wording="  ")
        comments.decide(comment.id, wording=None)
        comments.propose(comment.id, "Words")
        comment.refresh_from_db()
        assert (comment.moderation, comment.moderated) == (Moderation.WITHHELD, "Words")
