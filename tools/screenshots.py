"""Takes the pictures of the README from the running demonstration, so that they stay true.

    make demo-reset                        # in one terminal
    .venv/bin/python tools/screenshots.py  # in another, after `make test` has installed what it needs

Whoever is on the pictures is invented, like everybody in the demonstration.
"""

import argparse
import io
import os
import shutil
from pathlib import Path

import django
from PIL import Image
from playwright.sync_api import Page, sync_playwright

IMAGES = Path(__file__).resolve().parents[1] / "docs/images"
COLOURS = 64
"""A page of text needs few, and the file is a third of the size."""
SHOWN = "L008"
"""The story on the picture: a letter that speaks for some criteria, against some, and leaves some open."""


def main() -> None:
    """Write `docs/images/referral.png` and `docs/images/figure.png`."""
    parser = argparse.ArgumentParser(description="Take the pictures of the README from a running demonstration.")
    parser.add_argument("--site", default="http://127.0.0.1:8000", help="where the demonstration answers")
    parser.add_argument("--story", default=SHOWN, help="whose page to show: a key of the demonstration's stories")
    args = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "painpath.settings")
    django.setup()
    from painpath.demo import story
    from painpath.demo.playing import PASSWORD

    clinician = next(one for one in story.people().team if one.key == "consultant1")
    patient = next(one for one in story.referrals() if one.key == args.story).patient
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox"] if os.geteuid() == 0 else []
        )
        page = browser.new_page(
            base_url=args.site, viewport={"width": 1280, "height": 1400}, device_scale_factor=1.25, locale="en-GB"
        )
        page.goto("/")
        page.get_by_label("Email").fill(clinician.email)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("searchbox").fill(patient.family_name)
        page.get_by_role("button", name="Search", exact=True).click()
        page.get_by_role("link", name=patient.family_name).first.click()
        page.get_by_role("heading", name="The published criteria").wait_for()
        _take(page, "referral")
        page.goto("/figures/to_decision/")
        page.locator(".painpath-chart svg").first.wait_for()
        page.set_viewport_size({"width": 1280, "height": 1300})
        _take(page, "figure")
        browser.close()


def _take(page: Page, name: str) -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    with Image.open(io.BytesIO(page.screenshot())) as picture:
        picture.convert("RGB").quantize(COLOURS).save(IMAGES / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
