"""``autograder preview``: what students will see, to this machine alone, and nothing that is not listed."""

from __future__ import annotations

import html
import http.client
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.catalog import Kit
from autograder.errors import OutputError
from autograder.preview.markdown import coloured, rendered
from autograder.preview.server import Server
from autograder.preview.site import Site, build_site
from autograder.staff_pages import policy_of
from tests.instructor.begun import NAME, begun, own
from tests.support import ROOT

FIGURE = '<svg xmlns="http://www.w3.org/2000/svg"/>'


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Kit:
    """A kit with a figure of its own, and with one that is a link to a file elsewhere."""
    root = tmp_path_factory.mktemp("preview")
    kit = begun(root / "kit")
    figures = own(kit, "figures")
    figures.mkdir()
    (figures / "drawn.svg").write_text(FIGURE)
    (root / "secret.svg").write_text("secret")
    (figures / "link.svg").symlink_to(root / "secret.svg")
    return kit


@pytest.fixture(scope="module")
def site(kit: Kit) -> Site:
    """Its pages."""
    return build_site(kit, kit.names, lambda line: None)


@pytest.fixture(scope="module")
def server(site: Site) -> Iterator[Server]:
    """A server that is running."""
    with Server(site, 0) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server
        server.shutdown()


def ask(server: Server, path: str, *, host: str = "", method: str = "GET") -> tuple[http.client.HTTPResponse, str]:
    """The answer and its text; ``host`` is the name asked for."""
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=20)
    connection.putrequest(method, path, skip_host=True)
    connection.putheader("Host", host or f"127.0.0.1:{server.server_port}")
    connection.endheaders()
    response = connection.getresponse()
    text = response.read().decode("utf-8")
    connection.close()
    return response, text


def test_every_page_that_is_listed_is_there(server: Server, site: Site) -> None:
    """Overview, both handouts, stub, figure, and feedback on each sample."""
    files = {"", "handout.md", "handout.zh.md", f"{NAME}.py", "figures/drawn.svg"}
    assert {f"/{NAME}/{each}" for each in (*files, "feedback/reference", "feedback/stub")} | {"/"} <= set(site)
    for path in site:
        response, text = ask(server, path)
        assert (response.status, bool(text)) == (200, True), path


def test_every_link_leads_somewhere(server: Server, site: Site) -> None:
    """But for those within a page."""
    for path in site:
        for target in re.findall(r'(?:href|src)="([^"#:]+)"', ask(server, path)[1]):
            whole = target if target.startswith("/") else f"{path.rpartition('/')[0]}/{target}"
            assert whole in site, (path, target)


def test_it_shows_what_students_will_see(server: Server, kit: Kit) -> None:
    """Titles of checks, what samples earn, notes that are left, and feedback that names the mistake."""
    overview = html.unescape(ask(server, f"/{NAME}/")[1])
    titles = [check.title for check in (*kit.checks(kit.assignment(NAME)), *kit.public_checks(kit.assignment(NAME)))]
    assert all(title.en in overview and title.zh in overview for title in titles)
    assert overview.count('<li value="') == 8
    _, feedback = ask(server, f"/{NAME}/feedback/factor-averaged")
    assert "The gradient of a factor is the mean over the batch" in feedback
    assert "NotImplementedError" in ask(server, f"/{NAME}/{NAME}.py")[1]
    assert "np.sum" not in ask(server, f"/{NAME}/{NAME}.py")[1]


def test_a_handout_is_read_anew(server: Server, kit: Kit) -> None:
    """Who writes it sees the last state without starting again."""
    path = own(kit, "handout.md")
    before = path.read_text(encoding="utf-8")
    path.write_text(before + "\nA last remark.\n", encoding="utf-8")
    assert "A last remark." in ask(server, f"/{NAME}/handout.md")[1]
    path.unlink()
    assert ask(server, f"/{NAME}/handout.md")[0].status == 500
    path.write_text(before, encoding="utf-8")
    assert ask(server, f"/{NAME}/handout.md")[0].status == 200


@pytest.mark.parametrize(
    "path",
    [
        "/../solutions/scale.py",
        f"/{NAME}/../../solutions/scale.py",
        f"/{NAME}/%2e%2e/%2e%2e/solutions/scale.py",
        f"/{NAME}/checks.py",
        f"/{NAME}/figures/link.svg",
        f"/{NAME}/figures/",
        "//etc/passwd",
        "/nothing",
    ],
)
def test_nothing_else_is_served(server: Server, path: str) -> None:
    """No path leads out of the list, nor a link out of the kit."""
    response, text = ask(server, path)
    assert response.status == 404
    assert "secret" not in text and "def " not in text


@pytest.mark.parametrize("host", ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "[::1]:{port}"])
def test_another_name_for_this_machine_is_refused(server: Server, host: str) -> None:
    """A page elsewhere whose own name leads here learns nothing."""
    response, text = ask(server, f"/{NAME}/", host=host.format(port=server.server_port))
    assert (response.status, "Scaling" in text) == (403, False)


def test_both_of_its_own_names_are_answered(server: Server) -> None:
    """The number and ``localhost``."""
    assert ask(server, "/", host=f"localhost:{server.server_port}")[0].status == 200


def test_it_is_bound_to_loopback_and_only_reads(server: Server) -> None:
    """No other address, no other method; HEAD is GET without the page."""
    assert server.server_address[0] == "127.0.0.1"
    assert ask(server, "/", method="POST")[0].status == 501
    response, text = ask(server, "/", method="HEAD")
    assert (response.status, text) == (200, "")


def test_every_page_comes_with_a_strict_policy(server: Server, site: Site) -> None:
    """Nothing is let in that the page does not hold; no style or script stands in it that the policy does not name."""
    for path in site:
        response, text = ask(server, path)
        policy = response.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; ") and policy.endswith("; frame-ancestors 'none'"), path
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        if response.headers["Content-Type"].startswith("text/html"):
            assert policy.startswith(policy_of(text))
            assert "unsafe" not in policy
            assert not re.search(r'<[^>]+ (?:style|on\w+)=|https?://(?!www\.w3\.org/)', text), path


def test_a_port_that_is_taken_is_one_line(server: Server) -> None:
    """It says which, and what to do."""
    with pytest.raises(OutputError, match=rf"port {server.server_port} cannot be had .*--port"):
        Server({}, server.server_port)


# ----------------------------------------------------------------------------------------- Markdown


def test_formulas_are_drawn_by_the_browser() -> None:
    """In a line and by themselves, as MathML."""
    page = rendered("Say $x^2$.\n\n$$\\frac{a}{b}$$\n")
    assert '<math xmlns="http://www.w3.org/1998/Math/MathML" display="inline"><mrow><msup>' in page
    assert 'display="block"><mrow><mfrac>' in page


def test_a_slip_in_a_formula_is_shown_as_it_is_written() -> None:
    """The page is there to find it."""
    assert '<code class="slip">\\left( a &lt; b</code>' in rendered("$\\left( a < b$")


def test_html_in_a_handout_is_text_and_comments_are_not_shown() -> None:
    """Nothing in a page is anybody's markup but ours."""
    page = rendered("<!-- teaches: backward -->\n\n<script>alert(1)</script>\n\nso <b>bold</b>\n\n[x](javascript:y)\n")
    assert "teaches" not in page
    assert "<script" not in page and "<b>" not in page and 'href="javascript' not in page
    assert "&lt;script&gt;" in page


def test_code_is_coloured_and_escaped() -> None:
    """In fences that say so, and in the stub."""
    assert '<span class="k">return</span>' in rendered("```python\nreturn 1 < 2\n```\n")
    assert "&lt;" in coloured("a < b\n")


def test_every_formula_of_the_kit_can_be_drawn() -> None:
    """None is shown as it is written."""
    for path in sorted(ROOT.glob("assignments/*/handout*.md")):
        page = rendered(Path(path).read_text(encoding="utf-8"))
        assert "<math" in page and 'class="slip"' not in page and "<mi>\\" not in page, path
