"""The one adapter between rows and numbers."""

from uuid import UUID


def build_once(campaign: UUID) -> None:
    raise RuntimeError(campaign)
