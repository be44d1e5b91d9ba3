"""A person in front of a browser: goes to pages, fills in, and has every page checked for barriers and weight."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
PAGE_BUDGET, HTML_BUDGET, JOURNEY_BUDGET, VERIFY_BUDGET = 40_000, 14_000, 200_000, 80_000


@dataclass
class Walk:
    """One browser context: width, language, with or without JavaScript; counts bytes on the wire."""

    browser: Any
    url: str
    language: str
    context: Any
    page: Any
    weights: dict[str, dict[str, int]] = field(default_factory=dict)
    noise: list[str] = field(default_factory=list)
    others: list[Walk] = field(default_factory=list)
    script: bool = True

    @classmethod
    def make(cls, browser: Any, url: str, *, width: int, language: str, script: bool = True) -> Walk:
        """Open a fresh context with a cold cache."""
        context = browser.new_context(
            viewport={"width": width, "height": 800}, java_script_enabled=script, accept_downloads=True
        )
        page = context.new_page()
        made = cls(browser, url, language, context, page, script=script)
        page.on("console", made._hear)
        page.on("pageerror", lambda error: made.noise.append(str(error)))
        made._count_bytes()
        return made

    def _hear(self, message: Any) -> None:
        # A form that is refused answers 422, which Chromium calls a failure; anything else said is a fault.
        if message.type == "error" and "status of 4" not in message.text:
            self.noise.append(message.text)

    def _count_bytes(self) -> None:
        session = self.context.new_cdp_session(self.page)
        session.send("Network.enable")
        kinds: dict[str, tuple[str, str]] = {}
        session.on(
            "Network.responseReceived",
            lambda event: kinds.__setitem__(event["requestId"], (event["type"], event["response"]["url"])),
        )

        def done(event: Any) -> None:
            kind, url = kinds.get(event["requestId"], ("Other", "?"))
            page = self.page.url.split("?")[0]
            self.weights.setdefault(page, {}).setdefault(f"{kind} {url}", 0)
            self.weights[page][f"{kind} {url}"] += int(event["encodedDataLength"])

        session.on("Network.loadingFinished", done)

    def again(self, *, width: int, language: str, script: bool = True) -> Walk:
        """Another person, with another browser."""
        made = Walk.make(self.browser, self.url, width=width, language=language, script=script)
        self.others.append(made)
        return made

    def go(self, path: str) -> Walk:
        """Open a page by its path below the language."""
        answer = self.page.goto(f"{self.url}/{self.language}/{path}")
        assert answer is not None
        assert answer.status == 200, (path, answer.status)
        return self.check()

    def check(self) -> Walk:
        """No barrier on this page, none of its texts cut off, nothing in the console."""
        if self.script:
            self.page.evaluate(AXE.read_text("utf-8"))
            found = self.page.evaluate("axe.run()")
            assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found["violations"]] == [], (
                self.page.url
            )
            wide = self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
            assert not wide, f"{self.page.url} is wider than the screen"
        assert self.noise == [], self.page.url
        return self

    def press(self, selector: str) -> Walk:
        """Press a button or link and check the page it leads to."""
        self.page.click(selector)
        self.page.wait_for_load_state()
        return self.check()

    def text(self) -> str:
        """What the page says."""
        return str(self.page.inner_text("body"))

    def sign_in(self, email: str, password: str) -> Walk:
        """Sign in by e-mail and password."""
        self.go("account/login/")
        self.page.fill("input[name=login]", email)
        self.page.fill("input[name=password]", password)
        return self.press("main form button[type=submit]")

    def download(self, selector: str, folder: Path) -> Path:
        """Save what a link offers."""
        with self.page.expect_download() as got:
            self.page.click(selector)
        path = folder / got.value.suggested_filename
        got.value.save_as(path)
        return path

    def close_all(self) -> None:
        """Close every browser of the walk."""
        for one in (*self.others, self):
            one.context.close()

    def heaviest(self) -> int:
        """Bytes of the heaviest page."""
        return max(sum(parts.values()) for parts in self.weights.values())

    def total(self) -> int:
        """Bytes of the whole walk."""
        return sum(sum(parts.values()) for parts in self.weights.values())

    def heaviest_html(self) -> int:
        """Bytes of the heaviest document."""
        return max(
            size for parts in self.weights.values() for name, size in parts.items() if name.startswith("Document")
        )
