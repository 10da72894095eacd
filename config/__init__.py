"""Loads the Celery app with Django, so that `shared_task` and `delay` find it."""

from config.celery import app

__all__ = ["app"]
