import datetime as dt
from dataclasses import replace

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.utils import timezone

from assessment import tasks
from assessment.models import ReportBuild, ReportSnapshot, Step
from surveys.models import Campaign, Organization, State
from surveys.tenancy import across_all, within
from tests.waves import finished
from tests.world import World

Sent = list[tuple[str, ...]]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Sent:
    """What went to the queue."""
    messages: Sent = []
    monkeypatch.setattr(tasks.build_report, "delay", lambda *ids: messages.append(ids))
    return messages


def build(campaign: Campaign) -> None:
    tasks.build_report(str(campaign.id), str(campaign.organization_id))


def reports() -> int:
    with across_all("a test counts"):
        return ReportSnapshot.objects.count()


def test_beat_finds_closed_campaigns_of_every_organization_and_nothing_else(world: World, sent: Sent) -> None:
    theirs = replace(world, organization=Organization.objects.create(firm=world.firm, name="Sibling"))
    ours = finished(world, world.campaign("Ours"), {})
    world.campaign("Draft")
    world.over(world.open_campaign("Not closed yet"))
    other = finished(theirs, theirs.campaign("Theirs"), {})
    done = finished(world, world.campaign("Done"), {})
    with within(world.organization):
        Campaign.objects.filter(id=done.id).update(state=State.REPORTED)
    tasks.build_due_reports()
    assert sent == [(str(one.id), str(one.organization_id)) for one in (ours, other)]


def test_a_task_that_is_delivered_again_builds_nothing(world: World, sent: Sent) -> None:
    campaign = finished(world, world.campaign(), {})
    for _ in range(3):
        build(campaign)
    assert reports() == 1
    tasks.build_due_reports()
    assert sent == []


def test_a_report_that_failed_waits_longer_each_time_and_is_due_all_the_while(
    world: World, monkeypatch: pytest.MonkeyPatch, sent: Sent
) -> None:
    def fails(_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("assessment.snapshot.build.validate", fails)
    campaign = finished(world, world.campaign(), {})
    waits = []
    for _ in range(3):
        with pytest.raises(RuntimeError):
            build(campaign)
        with within(world.organization):
            found = ReportBuild.objects.get()
            assert found.not_before is not None
            waits.append(round((found.not_before - timezone.now()).total_seconds(), -1))
            build(campaign)  # too early: nothing happens
            assert ReportBuild.objects.get().attempts == found.attempts
            ReportBuild.objects.update(not_before=timezone.now() - dt.timedelta(seconds=1))
    assert waits == [20, 40, 80]
    assert reports() == 0
    tasks.build_due_reports()
    assert sent == [(str(campaign.id), str(world.organization.id))]
    monkeypatch.undo()
    build(campaign)
    assert reports() == 1
    with within(world.organization):
        assert ReportBuild.objects.get().step == Step.DONE


def test_a_task_sees_its_own_tenant_only(world: World) -> None:
    campaign = finished(world, world.campaign(), {})
    outside = Organization.objects.get(name="Next door")
    with pytest.raises(ObjectDoesNotExist):
        tasks.build_report(str(campaign.id), str(outside.id))
    assert reports() == 0


def test_an_open_campaign_has_no_report_however_it_is_asked_for(world: World) -> None:
    campaign = world.over(world.open_campaign())
    build(campaign)
    assert reports() == 0
    with within(world.organization):
        assert not ReportBuild.objects.exists()
