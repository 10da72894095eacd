"""A no that the page shows."""


class Refused(Exception):  # noqa: N818  # a sentence for the page
    """This cannot be done now; the message says why."""
