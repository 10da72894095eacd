import threading
from uuid import uuid4

import pytest
from django.db import connection, transaction

from surveys import campaigns, collect, comments, passes, queries
from surveys.instruments.codec import SheetError
from surveys.instruments.instrument import Panel
from surveys.models import AnswerBlock, Ballot, Campaign, Comment, Pass, State
from surveys.models.ballot import Moderation
from surveys.sealing import SealingError
from surveys.tenancy import across_all, within
from tests.world import World, a_sheet

OPEN_ITEM = "open"


def ballots() -> int:
    with across_all("a test counts"):
        return Ballot.objects.count()


def test_an_answer_is_a_sealed_ballot_and_a_spent_pass(world: World) -> None:
    campaign = world.open_campaign()
    code, sheet = world.code(campaign), a_sheet(campaign)
    collect.submit(code=code, ballot=uuid4(), sheet=sheet, comments={OPEN_ITEM: "Planted words"})
    with across_all("a test looks"):
        sealed = bytes(Ballot.objects.get().sealed)
        assert Pass.objects.get().spent
    assert sheet not in sealed
    assert b"Planted" not in sealed


def test_a_retried_post_is_one_answer(world: World) -> None:
    campaign = world.open_campaign()
    code, ballot, sheet = world.code(campaign), uuid4(), a_sheet(campaign)
    for _ in range(3):
        collect.submit(code=code, ballot=ballot, sheet=sheet, comments={})
    assert ballots() == 1


def test_a_second_answer_with_the_same_pass_is_refused(world: World) -> None:
    campaign = world.open_campaign()
    code = world.code(campaign)
    collect.submit(code=code, ballot=uuid4(), sheet=a_sheet(campaign), comments={})
    with pytest.raises(collect.Spent):
        collect.submit(code=code, ballot=uuid4(), sheet=a_sheet(campaign, 1), comments={})
    assert ballots() == 1


def test_an_unknown_code_and_an_illegal_sheet_store_nothing(world: World) -> None:
    campaign = world.open_campaign()
    with pytest.raises(passes.Unknown):
        collect.submit(code="nobody-has-this", ballot=uuid4(), sheet=a_sheet(campaign), comments={})
    code = world.code(campaign)
    with pytest.raises(SheetError):
        collect.submit(code=code, ballot=uuid4(), sheet=a_sheet(campaign)[:-1], comments={})
    assert ballots() == 0
    collect.submit(code=code, ballot=uuid4(), sheet=a_sheet(campaign), comments={})


def test_no_answer_before_opening_or_after_the_date(world: World) -> None:
    campaign = world.open_campaign()
    code = world.code(campaign)
    world.over(campaign)
    with pytest.raises(collect.Closed):
        collect.submit(code=code, ballot=uuid4(), sheet=a_sheet(campaign), comments={})
    assert ballots() == 0


def test_opening_the_box_sorts_the_sheets_and_leaves_nothing_else(world: World) -> None:
    campaign = world.open_campaign()
    for value in (5, 1, 3):
        world.answer(campaign, value, open="b" if value == 5 else "a")
    world.answer(campaign, 2, Panel.EXECUTIVE, "North")
    closed = world.closed(campaign)
    with within(world.organization):
        block = AnswerBlock.objects.get(panel=Panel.FRONTLINE)
        sheets = bytes(block.sheets)
        assert sheets == b"".join(sorted(a_sheet(campaign, value) for value in (1, 3, 5)))
        assert AnswerBlock.objects.count() == 2
        assert Ballot.objects.count() == 0
        assert sorted(Comment.objects.values_list("text", flat=True)) == ["a", "a", "b"]
        assert not hasattr(Comment.objects.first(), "unit")
    assert (closed.state, closed.wrapped_key) == (State.CLOSED, None)


def test_comments_of_too_few_people_are_given_to_nobody(world: World) -> None:
    """Ten of the front line, nine executives: the minimum for comments is ten."""
    campaign = world.open_campaign()
    for number in range(10):
        world.answer(campaign, open=f"frontline {number}")
    for number in range(9):
        world.answer(campaign, panel=Panel.EXECUTIVE, path="North", open=f"executive {number}")
    world.closed(campaign)
    with within(world.organization):
        pending = queries.comments_to_moderate(campaign.id, Moderation.PENDING)
        assert {comment.panel for comment in pending} == {Panel.FRONTLINE}
        assert not queries.comments_to_moderate(campaign.id, Moderation.WITHHELD).exists()
        hidden = Comment.objects.get(panel=Panel.EXECUTIVE, text="executive 3")
        assert comments.decide_in(campaign.id, str(hidden.id), wording="said", theme="") == 0
        assert queries.panels_too_few_for_comments(campaign.id) == [Panel.EXECUTIVE]


def test_arrival_order_leaves_no_trace_in_the_blocks(world: World) -> None:
    stored = []
    for order in ((1, 2, 3, 4), (4, 2, 1, 3)):
        campaign = world.open_campaign(f"Wave {order[0]}")
        for value in order:
            world.answer(campaign, value)
        world.closed(campaign)
        with within(world.organization):
            stored.append(bytes(AnswerBlock.objects.get(unit__campaign=campaign).sheets))
    assert stored[0] == stored[1]


def test_a_box_that_fails_to_open_is_left_as_it_was(world: World) -> None:
    campaign = world.open_campaign()
    world.answer(campaign)
    world.answer(campaign)
    with within(world.organization):
        ballot = Ballot.objects.first()
        assert ballot is not None
        ballot.sealed = bytes(ballot.sealed)[:-1] + b"\0"
        ballot.save()
        with pytest.raises(SealingError):
            campaigns.close(world.over(campaign))
        kept = Campaign.objects.get(id=campaign.id)
        assert (kept.state, Ballot.objects.count(), AnswerBlock.objects.count()) == (State.OPEN, 2, 0)
        assert kept.wrapped_key


def test_closing_twice_does_it_once(world: World) -> None:
    campaign = world.open_campaign()
    world.answer(campaign)
    with within(world.organization):
        assert campaigns.close(world.over(campaign)) is True
        assert campaigns.close(campaign) is False
        assert AnswerBlock.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_ballot_cannot_land_behind_the_back_of_an_opening(transactional_world: World) -> None:
    world = transactional_world
    campaign = world.open_campaign()
    code, sheet = world.code(campaign), a_sheet(campaign)
    outcome: list[str] = []

    def late() -> None:
        try:
            collect.submit(code=code, ballot=uuid4(), sheet=sheet, comments={})
            outcome.append("stored")
        except collect.Closed:
            outcome.append("closed")
        finally:
            connection.close()

    thread = threading.Thread(target=late)
    with within(world.organization), transaction.atomic():
        locked = Campaign.objects.select_for_update().get(id=campaign.id)
        thread.start()
        thread.join(0.5)
        assert thread.is_alive(), "the submission waits for the opening"
        collect.open_ballot_box(locked)
        locked.state = State.CLOSED
        campaigns.start_terms(locked, locked.closes_at)
        locked.save()
    thread.join(5)
    assert outcome == ["closed"]
    with across_all("a test looks"):
        assert Ballot.objects.count() == 0
        assert not Pass.objects.get().spent


@pytest.mark.django_db(transaction=True)
def test_the_same_pass_at_the_same_moment_is_one_answer(transactional_world: World) -> None:
    world = transactional_world
    campaign = world.open_campaign()
    code, sheet = world.code(campaign), a_sheet(campaign)
    outcome: list[str] = []

    def answer() -> None:
        try:
            collect.submit(code=code, ballot=uuid4(), sheet=sheet, comments={})
            outcome.append("stored")
        except collect.Spent:
            outcome.append("spent")
        finally:
            connection.close()

    threads = [threading.Thread(target=answer) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert sorted(outcome) == ["spent"] * 5 + ["stored"]
    assert ballots() == 1
