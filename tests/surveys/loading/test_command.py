import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from surveys.models import Campaign, Firm, Organization
from surveys.tenancy import across_all
from tests.surveys.loading.writing import CAMPAIGN, write_folder

pytestmark = pytest.mark.django_db


def run(folder: Path, *arguments: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("load_campaign", str(folder), *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_json_has_the_contracts_shape_and_nothing_else(tmp_path: Path) -> None:
    out, _ = run(write_folder(tmp_path), "--json")
    with across_all("a test looks"):
        campaign = Campaign.objects.get()
    assert json.loads(out) == {
        "campaign": str(campaign.id),
        "responses": {"frontline": 3, "executive": 1},
    }
    assert out.count("\n") == 1


def test_without_json_it_says_what_was_stored_and_for_whom(tmp_path: Path) -> None:
    Firm.objects.create(name="Meridian")
    out, err = run(write_folder(tmp_path))
    assert out.startswith(
        "Harbour Stores: Spring 2015 is stored (3 frontline, 1 executive) for Meridian. Its id: "
    )
    assert err == ""


def test_a_fault_ends_with_code_1_and_leaves_not_even_the_firm(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, {"campaign.yaml": CAMPAIGN.replace("AUD", "AUX")})
    with pytest.raises(CommandError, match=r"campaign\.yaml, line 4: organization > currency") as caught:
        run(folder, "--firm", "Meridian")
    assert caught.value.returncode == 1
    assert not Firm.objects.exists()


def test_a_folder_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no folder"):
        run(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("there", "arguments", "owner", "told"),
    [
        ([], [], "Our firm", "The firm Our firm is new: nobody is a member of it yet.\n"),
        (["Meridian"], [], "Meridian", ""),
        (
            ["Meridian", "Elsewhere"],
            [],
            "Our firm",
            "The firm Our firm is new: nobody is a member of it yet.\n",
        ),
        (["Meridian", "Elsewhere"], ["--firm", "meridian"], "Meridian", ""),
        (
            ["Meridian"],
            ["--firm", "Third"],
            "Third",
            "The firm Third is new: nobody is a member of it yet.\n",
        ),
    ],
)
def test_the_firm(tmp_path: Path, there: list[str], arguments: list[str], owner: str, told: str) -> None:
    for name in there:
        Firm.objects.create(name=name)
    _, err = run(write_folder(tmp_path), *arguments)
    assert (Organization.objects.get().firm.name, err) == (owner, told)


@pytest.mark.parametrize("name", ["", "x" * 201])
def test_a_firm_needs_a_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(CommandError, match="is no name for a firm"):
        run(write_folder(tmp_path), "--firm", name)
