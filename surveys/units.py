"""The organization's tree as it is today, and every change that can be made to it.

A campaign works on its own frozen copy, so nothing here touches a wave that was opened. Changes of one tree come
one after the other: each locks the organization's row first.
"""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Concat, Substr
from django.utils.translation import gettext as _

from surveys.events import record
from surveys.instruments.instrument import Panel
from surveys.models import Membership, Organization, Person, Unit, User
from surveys.models.event import Verb
from surveys.paths import (
    LONGEST_NAME,
    LONGEST_PATH,
    is_path,
    is_too_long,
    joined,
    name_of,
    parent_of,
    tidy_path,
)
from surveys.refusing import Refused


def lock(organization: Organization) -> None:
    """Until the transaction's end nobody else changes this tree."""
    Organization.objects.select_for_update().get(id=organization.pk)


def below(unit: Unit) -> QuerySet[Unit]:
    """All that is under a unit, at any depth."""
    return Unit.objects.filter(organization=unit.organization_id, path__startswith=f"{unit.path}/")


@transaction.atomic
def add(organization: Organization, parent: Unit | None, name: str, *, actor: User | None) -> Unit:
    lock(organization)
    path = _free_path(organization, parent, name)
    made = Unit.objects.create(
        organization=organization,
        parent=parent,
        name=name_of(path),
        path=path,
        frontline_headcount=0,
        executive_headcount=0,
    )
    record(organization, Verb.UNIT_ADDED, path, actor)
    return made


@transaction.atomic
def rename(unit: Unit, name: str, *, actor: User | None) -> None:
    lock(unit.organization)
    if tidy_path(name) != unit.name:
        before, path = unit.path, _free_path(unit.organization, unit.parent, name, but=unit)
        unit.name = name_of(path)
        _carry(unit, path)
        record(unit.organization, Verb.UNIT_RENAMED, path, actor, before=before)


@transaction.atomic
def move(unit: Unit, parent: Unit | None, *, actor: User | None) -> None:
    """To the top where there is no parent."""
    lock(unit.organization)
    if parent is not None and (parent == unit or parent.path.startswith(f"{unit.path}/")):
        raise Refused(_("A unit cannot lie within itself."))
    if parent != unit.parent:
        before, path = unit.path, _free_path(unit.organization, parent, unit.name)
        unit.parent = parent
        _carry(unit, path)
        record(unit.organization, Verb.UNIT_MOVED, path, actor, before=before)


@transaction.atomic
def merge(unit: Unit, into: Unit, *, actor: User | None) -> None:
    """People, head counts, leads and sub-units go into the other one; sub-units of one name become one."""
    lock(unit.organization)
    if into == unit or into.path.startswith(f"{unit.path}/"):
        raise Refused(_("A unit cannot be merged into itself or into what is under it."))
    before = unit.path
    people = _merge(unit, into)
    record(unit.organization, Verb.UNIT_MERGED, into.path, actor, before=before, people=people)


@transaction.atomic
def remove(unit: Unit, *, actor: User | None) -> None:
    lock(unit.organization)
    if unit.children.exists():
        raise Refused(_("This unit has units under it. Move, merge or remove those first."))
    if unit.people.exists():
        raise Refused(_("People belong to this unit. Move them first, or merge it into another unit."))
    if Membership.objects.filter(unit=unit).exists():
        raise Refused(_("Somebody leads this unit. Take that right away first."))
    record(unit.organization, Verb.UNIT_REMOVED, unit.path, actor)
    unit.delete()


@transaction.atomic
def set_headcounts(unit: Unit, *, frontline: int | None, executive: int | None, actor: User | None) -> None:
    """People who work directly in the unit; None is unknown."""
    lock(unit.organization)
    counts = {"frontline": frontline, "executive": executive}
    if counts != {"frontline": unit.frontline_headcount, "executive": unit.executive_headcount}:
        unit.frontline_headcount, unit.executive_headcount = frontline, executive
        unit.save(update_fields=["frontline_headcount", "executive_headcount"])
        record(unit.organization, Verb.UNIT_COUNTED, unit.path, actor, **counts)


@transaction.atomic
def count_people(organization: Organization, *, actor: User | None) -> None:
    """Head counts become what the list of people says."""
    lock(organization)
    take_counts_from_people(organization)
    record(organization, Verb.PEOPLE_COUNTED, organization.name, actor)


def take_counts_from_people(organization: Organization) -> None:
    def counted(panel: Panel) -> Coalesce:
        people = Person.objects.filter(unit=OuterRef("pk"), panel=panel).order_by().values("unit")
        return Coalesce(Subquery(people.annotate(n=Count("pk")).values("n")), 0)

    Unit.objects.filter(organization=organization).update(
        frontline_headcount=counted(Panel.FRONTLINE), executive_headcount=counted(Panel.EXECUTIVE)
    )


def make_paths(organization: Organization, paths: Iterable[str]) -> None:
    """Units for these paths and for all that lies above them, as far as there are none."""
    known = dict(Unit.objects.filter(organization=organization).values_list("path", "id"))
    wanted = {path[:end] for path in paths for end in _ends(path)}
    fresh: list[Unit] = []
    for path in sorted(wanted - known.keys(), key=lambda path: path.count("/")):
        unit = Unit(
            organization=organization,
            parent_id=known.get(parent_of(path)),
            name=name_of(path),
            path=path,
            frontline_headcount=0,
            executive_headcount=0,
        )
        known[path] = unit.id
        fresh.append(unit)
    Unit.objects.bulk_create(fresh, batch_size=1000)


def _ends(path: str) -> list[int]:
    return [at for at, sign in enumerate(path) if sign == "/"] + [len(path)]


def _free_path(organization: Organization, parent: Unit | None, name: str, *, but: Unit | None = None) -> str:
    """The path of a name below a parent; Refused where it is no name or taken."""
    name = tidy_path(name)
    if "/" in name or not is_path(name):
        raise Refused(_("Expected a name without a slash, like Store 12."))
    path = joined(parent.path if parent else "", name)
    if is_too_long(path):
        raise Refused(
            _("Expected at most %(name)d letters a name, %(path)d with all that is above it.")
            % {"name": LONGEST_NAME, "path": LONGEST_PATH}
        )
    taken = Unit.objects.filter(organization=organization, path=path)
    if (taken.exclude(pk=but.pk) if but else taken).exists():
        raise Refused(_("There is a unit %(path)s already.") % {"path": path})
    return path


def _carry(unit: Unit, path: str) -> None:
    """Give a unit its path, and all below it theirs."""
    deepest = max((len(one) for one in below(unit).values_list("path", flat=True)), default=0)
    if deepest - len(unit.path) + len(path) > LONGEST_PATH:
        raise Refused(_("The units below would have paths of more than %d letters.") % LONGEST_PATH)
    below(unit).update(path=Concat(Value(path), Substr("path", len(unit.path) + 1)))
    unit.path = path
    unit.save(update_fields=["name", "parent", "path"])


def _merge(unit: Unit, into: Unit) -> int:
    """How many people moved, sub-units included."""
    moved = Person.objects.filter(unit=unit).update(unit=into)
    for panel in ("frontline_headcount", "executive_headcount"):
        counts = getattr(unit, panel), getattr(into, panel)
        setattr(into, panel, None if None in counts else sum(counts))
    into.save(update_fields=["frontline_headcount", "executive_headcount"])
    leads = set(Membership.objects.filter(unit=into).values_list("user_id", flat=True))
    Membership.objects.filter(~Q(user__in=leads), unit=unit).update(unit=into)
    there = {child.name: child for child in into.children.exclude(pk=unit.pk)}
    Unit.objects.filter(pk=unit.pk).update(
        path=str(unit.pk)
    )  # a sub-unit may want the path of the one that goes
    for child in unit.children.all():
        if child.name in there:
            moved += _merge(child, there[child.name])
        else:
            child.parent = into
            _carry(child, joined(into.path, child.name))
    Unit.objects.get(pk=unit.pk).delete()
    return moved
