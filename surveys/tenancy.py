"""The net under the doors: a query for an organization's rows outside that organization's scope raises.

Doors (`surveys.access`, `assessment.access`) decide who sees what; this module makes sure that a query
nobody guarded fails instead of answering for every tenant at once.
"""

from contextlib import AbstractContextManager
from typing import TypeVar
from uuid import UUID

from django.db import models
from django_scopes import get_scope, scope, scopes_disabled
from django_scopes.manager import DisabledQuerySet

M_co = TypeVar("M_co", bound=models.Model, covariant=True)


class ClosedQuerySet(DisabledQuerySet):  # type: ignore[misc]  # django-scopes has no types
    """Raises on the ways to the rows that django-scopes leaves open, such as exists() and exclude()."""

    _clone = exists = explain = aiterator = resolve_expression = DisabledQuerySet.error


class ScopedManager(models.Manager[M_co]):
    """Rows of the organization whose scope is open, found along `path`; without a scope every query raises.

    django-scopes makes such managers too, but reads a None as "no filter at all"; here it is no scope.
    A related manager (`campaign.units`) is made by Django without a path and takes that of its model.
    """

    def __init__(self, path: str = "") -> None:
        super().__init__()
        self.path = path

    def get_queryset(self) -> models.QuerySet[M_co]:
        opened = get_scope()
        if not opened.get("_enabled", True):
            return super().get_queryset()
        if opened.get("organization") is None:
            disabled: models.QuerySet[M_co] = ClosedQuerySet(
                self.model, using=self._db, missing_scopes=["organization"]
            )
            return disabled
        return super().get_queryset().filter(**{self._way(): opened["organization"]})

    def _way(self) -> str:
        own = self if self.path else self.model._default_manager  # noqa: SLF001  # Django's name for it
        if not isinstance(own, ScopedManager) or not own.path:
            raise TypeError(
                f"The manager of {self.model.__name__} does not say how it finds its organization."
            )
        return own.path


def within(organization: UUID | models.Model) -> AbstractContextManager[None]:
    """Open the scope of one organization."""
    key = organization if isinstance(organization, UUID) else organization.pk
    if key is None:
        raise ValueError("A scope needs a saved organization.")
    opened: AbstractContextManager[None] = scope(organization=key)
    return opened


def across_all(reason: str) -> AbstractContextManager[None]:
    """Leave the net, for code that belongs to no tenant (beat, a pass that is yet to be looked up)."""
    if not reason:
        raise ValueError("Say why this query may cross organizations.")
    opened: AbstractContextManager[None] = scopes_disabled()
    return opened
