from config.embedded.place import ROOT
from surveys.management.commands.draw_states import drawn


def test_the_diagram_is_that_of_the_table() -> None:
    assert (ROOT / "docs/states.md").read_text("utf-8") == drawn()
