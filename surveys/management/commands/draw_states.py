from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from surveys.campaigns import TRANSITIONS

HEAD = """# States of a campaign

Drawn from the table in `surveys/campaigns.py` by `manage.py draw_states`; a test holds them together.

"""


def drawn() -> str:
    steps = [
        f"    {state.value} --> {after.value}"
        for state, all_ in TRANSITIONS.items()
        for after in sorted(all_)
    ]
    ends = [f"    {state.value} --> [*]" for state, all_ in TRANSITIONS.items() if not all_]
    lines = [
        "```mermaid",
        "stateDiagram-v2",
        f"    [*] --> {next(iter(TRANSITIONS)).value}",
        *steps,
        *ends,
        "```",
    ]
    return HEAD + "\n".join(lines) + "\n"


class Command(BaseCommand):
    help = "Draw docs/states.md from the table of transitions."

    def handle(self, **options: Any) -> None:
        Path(settings.ROOT, "docs/states.md").write_text(drawn(), "utf-8")
