"""usage: browser.py CHROMIUM ADDRESS IMAGES SCREENSHOTS

Drives the page of `serve` as people do: a picture chosen by keyboard, one dropped, one pasted, a file that is no
picture, on a large screen and on a phone's. Exits with a message where the page does something else.
"""

import base64
import pathlib
import sys

from playwright.sync_api import expect, sync_playwright

browser_path, address, images, screenshots = sys.argv[1:]
# Milliseconds: of a page that hangs, not of a machine that is slow.
PATIENCE = 600_000
expect.set_options(timeout=PATIENCE)
images, screenshots = pathlib.Path(images), pathlib.Path(screenshots)

# Gives the page a file as a drop or a paste of it does.
HAND_OVER = """([kind, name, data]) => {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const transfer = new DataTransfer();
  transfer.items.add(new File([bytes], name, { type: "image/png" }));
  const event = kind === "paste"
    ? new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true, cancelable: true })
    : new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true });
  (kind === "paste" ? document.body : document.getElementById("drop")).dispatchEvent(event);
}"""


def hand_over(page, kind, name, data):
    page.evaluate(HAND_OVER, [kind, name, base64.b64encode(data).decode()])


def newest(page):
    return page.locator(".answer").first


def check(page):
    page.goto(address)
    expect(page.locator("#model")).to_have_text("head")
    expect(page.locator("#about")).to_contain_text("3 classes, on block1_pool:gap of vgg16")

    # By keyboard alone: the first stop is the choice of files, which the space bar opens.
    page.keyboard.press("Tab")
    expect(page.locator("#file")).to_be_focused()
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Space")
    chooser.value.set_files(images / "red" / "002.png")
    expect(newest(page).locator("h2")).to_have_text("red")
    expect(page.get_by_role("status")).to_contain_text("002.png: red")
    expect(newest(page).locator("tbody tr")).to_have_count(3)
    expect(newest(page).locator("tbody th").first).to_have_text("red")
    expect(newest(page).locator(".neighbors li")).to_have_count(6)
    expect(newest(page).locator(".neighbors li").first).to_contain_text("red, 1.00")
    expect(newest(page).locator(".neighbors li").first).to_contain_text("red/002.png")
    neighbor = newest(page).locator(".neighbors img").first
    neighbor.scroll_into_view_if_needed()
    page.wait_for_function("(image) => image.complete && image.naturalWidth === 40", arg=neighbor.element_handle())

    # The heat map, by keyboard.
    toggle = newest(page).get_by_role("button", name="Where is it?")
    toggle.focus()
    page.keyboard.press("Space")
    expect(toggle).to_have_attribute("aria-pressed", "true")
    expect(newest(page).locator(".map")).to_be_visible()
    expect(newest(page).locator(".given")).to_be_hidden()
    page.keyboard.press("Space")
    expect(newest(page).locator(".given")).to_be_visible()

    hand_over(page, "drop", "dropped.png", (images / "blue" / "001.png").read_bytes())
    expect(newest(page).locator("h2")).to_have_text("blue")
    hand_over(page, "paste", "pasted.png", (images / "green" / "003.png").read_bytes())
    expect(newest(page).locator("h2")).to_have_text("green")
    expect(newest(page).locator("figcaption")).to_have_text("pasted.png")

    hand_over(page, "drop", "<b>words</b>.png", b"words")
    expect(page.get_by_role("status")).to_contain_text("cannot read `<b>words</b>.png`")
    expect(page.locator(".answer")).to_have_count(3)
    # Nothing is wider than the screen.
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def watched(page):
    """The addresses that the page asks for, and the errors that it reports, from now on."""
    asked, errors = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    return asked, errors


with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"], timeout=PATIENCE)
    for name, options in [
        ("desktop", {"viewport": {"width": 1100, "height": 900}}),
        ("phone", {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}),
        ("dark", {"viewport": {"width": 1100, "height": 900}, "color_scheme": "dark"}),
    ]:
        context = browser.new_context(**options)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        asked, errors = watched(page)
        check(page)
        page.screenshot(path=screenshots / f"{name}.png", full_page=True)
        elsewhere = [url for url in asked if not url.startswith((address, "blob:", "data:"))]
        assert not elsewhere, elsewhere
        # The browser reports the one refusal there is.
        assert all("422" in error for error in errors), errors
        context.close()
    browser.close()
