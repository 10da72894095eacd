"""Tabs and steps: by right, and never one that leads nowhere."""

import pytest
from django.template.loader import render_to_string
from django.urls import reverse

from surveys import access
from surveys.views import shell
from tests.world import World


def test_a_tab_without_an_address_is_left_out(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    entries = tuple(shell.Entry(name, name, name, shell.anybody) for name in ("campaign", "no-such-page"))
    monkeypatch.setattr(shell, "TABS", entries)
    inside = access.enter_organization(world.consultant, world.organization.id)
    links = shell.client_context(inside, "campaign")["tabs"]
    assert [(link.word, link.current) for link in links] == [("campaign", True)]


def test_each_role_sees_the_steps_it_may_take(world: World) -> None:
    campaign = world.closed(world.open_campaign())
    seen = {
        who: {
            link.word
            for link in shell.wave_context(access.enter_campaign(getattr(world, who), campaign.id), "wave")[
                "steps"
            ]
        }
        for who in ("consultant", "coordinator", "executive", "lead")
    }
    assert "report" in seen["consultant"] & seen["executive"]
    assert "report" not in seen["coordinator"] | seen["lead"]
    assert all("wave" in words for words in seen.values())


def test_a_step_the_wave_has_not_come_to_leads_nowhere_and_is_left_out(world: World) -> None:
    open_now = world.open_campaign("Open")
    steps = {
        wave.name: {
            link.word
            for link in shell.wave_context(access.enter_campaign(world.consultant, wave.id), "")["steps"]
        }
        for wave in (world.campaign("Draft"), open_now, world.closed(world.open_campaign("Closed")))
    }
    assert "languages" in steps["Draft"]
    assert not steps["Draft"] & {"tablets", "participation", "comments", "release", "report"}
    assert steps["Open"] >= {"tablets", "participation"}
    assert not steps["Open"] & {"languages", "comments", "release", "report"}
    assert steps["Closed"] >= {"participation", "comments", "release", "report"}
    assert "tablets" not in steps["Closed"]


def test_the_frame_marks_where_one_is(world: World) -> None:
    wave = world.closed(world.open_campaign())
    entered = access.enter_campaign(world.consultant, wave.id)
    page = render_to_string("workspace/wave.html", shell.wave_context(entered, "report"))
    address = reverse("report", args=[entered.campaign.id])
    assert f'<a href="{address}" aria-current="page">Report</a>' in page
    assert page.count("<nav") == 2
