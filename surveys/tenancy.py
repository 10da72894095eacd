"""The net under the doors: a query for an organization's rows outside that organization's scope raises.

Doors (`surveys.access`, `assessment.access`) decide who sees what; this module makes sure that a query
nobody guarded fails instead of answering for every tenant at once.
"""

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django_scopes import ScopedManager, scope, scopes_disabled

if TYPE_CHECKING:
    from django.db import models

    def scoped_manager(path: str) -> models.Manager[Any]: ...
else:

    def scoped_manager(path):
        return ScopedManager(organization=path)


def within(organization: "UUID | models.Model") -> AbstractContextManager[None]:
    """Open the scope of one organization. None is refused: django-scopes would read it as "no filter at all"."""
    key = organization if isinstance(organization, UUID) else organization.pk
    if key is None:
        raise ValueError("A scope needs a saved organization.")
    return scope(organization=key)  # type: ignore[no-any-return]


def across_all(reason: str) -> AbstractContextManager[None]:
    """Leave the net, for code that belongs to no tenant (beat, a pass that is yet to be looked up). Say why."""
    if not reason:
        raise ValueError("Say why this query may cross organizations.")
    return scopes_disabled()  # type: ignore[no-any-return]
