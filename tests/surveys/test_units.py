"""The tree's changes: paths, people and counts stay together."""

import pytest

from surveys import units
from surveys.models import Event, Person, Unit
from surveys.refusing import Refused
from surveys.tenancy import within
from tests.world import World


def at(path: str) -> Unit:
    return Unit.objects.select_related("organization", "parent").get(path=path)


def paths() -> set[str]:
    return set(Unit.objects.values_list("path", flat=True))


def test_a_renamed_or_moved_unit_takes_all_below_along(world: World) -> None:
    with within(world.organization):
        units.rename(at("North"), "Norte", actor=world.consultant)
        assert {"Norte", "Norte/Store 1", "Norte/Store 2"} < paths()
        units.move(at("Norte"), at("South"), actor=world.consultant)
        assert {"South/Norte", "South/Norte/Store 1"} < paths()
        assert at("South/Norte/Store 1").parent == at("South/Norte")
        assert Event.objects.filter(verb__startswith="unit.").count() == 2


def test_a_unit_cannot_lie_within_itself(world: World) -> None:
    with within(world.organization):
        for change in (units.move, units.merge):
            with pytest.raises(Refused):
                change(at("North"), at("North/Store 1"), actor=None)


@pytest.mark.parametrize("name", ["", "  ", "a/b", "Store 2", "x" * 121])
def test_a_name_that_is_none_or_taken_is_refused(world: World, name: str) -> None:
    with within(world.organization), pytest.raises(Refused):
        units.rename(at("North/Store 1"), name, actor=None)


def test_merging_joins_people_counts_and_units_of_one_name(world: World) -> None:
    with within(world.organization):
        for path in ("North", "North/Store 1", "South/Store 1"):
            Person.objects.create(organization=world.organization, unit=at(path))
        units.merge(at("North"), at("South"), actor=world.consultant)
        assert paths() == {"South", "South/Store 1", "South/Store 2"}
        assert at("South/Store 1").frontline_headcount == 40
        assert at("South").executive_headcount == 12
        assert at("South/Store 1").people.count() == 2
        assert Person.objects.count() == 3


def test_merging_into_the_unit_above_keeps_a_child_of_the_same_name(world: World) -> None:
    with within(world.organization):
        child = units.add(world.organization, at("North/Store 1"), "Store 1", actor=None)
        units.merge(at("North/Store 1"), at("North"), actor=None)
        assert at("North/Store 1").id == child.id


def test_only_an_empty_unit_is_removed(world: World) -> None:
    with within(world.organization):
        Person.objects.create(organization=world.organization, unit=at("South/Store 1"))
        for path in ("North", "South/Store 1"):
            with pytest.raises(Refused):
                units.remove(at(path), actor=None)
        units.remove(at("South/Store 2"), actor=world.consultant)
        assert "South/Store 2" not in paths()


def test_head_counts_come_from_the_people(world: World) -> None:
    with within(world.organization):
        Person.objects.create(organization=world.organization, unit=at("North"), panel="executive")
        units.count_people(world.organization, actor=world.consultant)
        assert (at("North").executive_headcount, at("North/Store 1").frontline_headcount) == (1, 0)
