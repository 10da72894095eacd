"""Takes the pictures of this folder from a running demo: `make demo`, then `.venv/bin/python docs/pictures/take.py`.

`--whole FOLDER` takes whole pages in place of what fits on a screen, for looking at.
"""

# a script, not a package

import argparse
import io
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SCREENS = {360: (800, 2), 1440: (1200, 1)}  # width: height, device pixels
SCHEMES = ("light", "dark")
COLOURS = 128


@dataclass(frozen=True)
class Demo:
    site: str
    password: str
    reader: str
    survey: str


def demo() -> Demo:
    """The address that the demo wrote down, and fresh links into it."""
    site = (ROOT / "var" / "address").read_text("utf-8").strip()
    command = [sys.executable, str(ROOT / "manage.py"), "seed_demo", "--json", "--site", site]
    said: dict[str, Any] = json.loads(subprocess.check_output(command, cwd=ROOT))
    return Demo(site, said["password"], said["people"]["executive"], said["links"]["answer as an employee"])


@contextmanager
def chromium() -> Iterator[Browser]:
    found = shutil.which("chromium") or sys.exit("There is no chromium on this machine.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


def screen(browser: Browser, width: int, scheme: Any) -> Page:
    height, pixels = SCREENS[width]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        device_scale_factor=pixels,
        color_scheme=scheme,
        reduced_motion="reduce",
        java_script_enabled=False,
        locale="en-GB",
        is_mobile=width < 600,
    )
    return context.new_page()


def sign_in(page: Page, found: Demo) -> None:
    page.goto(f"{found.site}/sign-in")
    page.get_by_label("E-mail address").fill(found.reader)
    page.get_by_label("Password").fill(found.password)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()


def report(page: Page, found: Demo, client: str) -> None:
    page.goto(f"{found.site}/")
    page.locator(".client", has_text=client).locator("a.wave", has_text="reported").first.click()
    if not page.locator("article.report").count():
        page.get_by_role("link", name="Read the report").click()


class Camera:
    def __init__(self, folder: Path, *, whole: bool) -> None:
        self.folder, self.whole = folder, whole

    def take(self, page: Page, name: str, target: str = "") -> None:
        """`target`: what stands at the top of the picture."""
        if target and not self.whole:
            page.locator(target).first.evaluate("found => found.scrollIntoView({block: 'start'})")
        picture = Image.open(io.BytesIO(page.screenshot(full_page=self.whole)))
        path = self.folder / f"{name}.png"
        picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
        print(f"{path.name}: {picture.width} x {picture.height}, {path.stat().st_size // 1024} KB")


def survey(page: Page, found: Demo, camera: Camera, name: str) -> None:
    page.goto(found.survey)
    page.get_by_label("The 16 letters and digits").fill(found.survey.rpartition("#")[2])
    page.get_by_role("button", name="Go on").click()
    camera.take(page, f"intro-{name}")
    page.get_by_role("button", name="Start").click()
    for number, option in enumerate((3, 1, 4)):
        page.locator("fieldset.scale").nth(number).locator("input").nth(option).check()
    camera.take(page, f"survey-{name}", "section.part")


def take(browser: Browser, found: Demo, camera: Camera) -> None:
    for width in SCREENS:
        for scheme in SCHEMES:
            name, page = f"{width}-{scheme}", screen(browser, width, scheme)
            survey(page, found, camera, name)
            sign_in(page, found)
            report(page, found, "Kestrel Home")
            camera.take(page, f"report-{name}")
            if not camera.whole:
                for part in ("dimensions", "ladder", "blind_spot", "where"):
                    if page.locator(f"#{part}").count():
                        camera.take(page, f"{part}-{name}", f"#{part}")
            report(page, found, "Lindenhof Clinics")
            camera.take(page, f"withheld-{name}", "#withheld")
            page.context.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--whole", type=Path, metavar="FOLDER")
    whole: Path | None = parser.parse_args().whole
    folder = whole or HERE
    folder.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        take(browser, demo(), Camera(folder, whole=whole is not None))


if __name__ == "__main__":
    main()
