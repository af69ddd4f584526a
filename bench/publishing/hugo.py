"""Hugo with a template of the same size and navigation, from the same texts."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from django.conf import settings

from bench.publishing.seeding import body_of


def measure_hugo(articles: int, *, beside: float) -> None:
    """Print Hugo's pages per second and ours (`beside`) as a multiple of it."""
    with tempfile.TemporaryDirectory(prefix="rongshu-hugo-", ignore_cleanup_errors=True) as folder:
        root = Path(folder)
        _write_sources(root, articles)
        began = time.monotonic()
        done = _build(root)
        spent = time.monotonic() - began
        if done.returncode:
            print(done.stdout[-1500:], done.stderr[-1500:])
            return
        pages = sum(1 for _ in (root / "public").rglob("*.html"))
        theirs = pages / spent
        print(f"hugo: {pages:,} pages in {spent:.1f} s = {theirs:,.0f} pages/s; we: {beside / theirs:.2f} ×")


def _build(root: Path) -> subprocess.CompletedProcess[str]:
    hugo = Path(sys.executable).with_name("hugo")
    return subprocess.run([hugo, "--source", root], capture_output=True, text=True, check=False)


def _write_sources(root: Path, articles: int) -> None:
    page = next(Path(settings.PUBLISHED_FOLDER).glob("*/a/**/*.html")).read_text()
    # Our own page as the template: the same bytes around title and body.
    before, _, rest = page.partition("<p>")
    template = before.replace("{{", "") + "{{ .Content }}" + rest.rpartition("</p>")[2].replace("{{", "")
    (root / "layouts/_default").mkdir(parents=True)
    (root / "layouts/_default/single.html").write_text(template)
    (root / "layouts/_default/list.html").write_text(
        before + "{{ range first 20 .Pages }}<li><a href='{{ .RelPermalink }}'>{{ .Title }}</a></li>{{ end }}"
    )
    (root / "hugo.toml").write_text(
        'baseURL = "https://x.localhost/"\ntitle = "x"\nsecurity.allowContent = [".*"]\n'
    )
    for number in range(articles):
        file = root / f"content/c{number % 300}/a{number}.html"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(
            f'---\ntitle: "关于做好第{number}批示范工作的通知"\ndate: 2021-03-05\n---\n{body_of(number)}'
        )
