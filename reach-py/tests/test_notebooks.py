"""The notebooks run from the first cell to the last, and show what they are about."""

import base64
import os
import subprocess
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbconvert import HTMLExporter
from nbconvert.preprocessors import ExecutePreprocessor

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = ROOT / "docs/notebooks"

# Fonts without the settings of the machine, some of which Graphviz's library warns about.
FONTS = '<?xml version="1.0"?><fontconfig><dir>/usr/share/fonts</dir></fontconfig>'

# What has to stand in the outputs of a notebook, in order.
SHOWN = {
    "lab": [
        "network interfaces", "<svg", "i-34a8b7a77a92db7ba", "tcp 23 Telnet", "tcp 22 SSH",
        "HIGH: ", "reachable", "STOPPED: <bdi>IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS",
        "sgr-9159cc57bba50203b", "ModifySecurityGroupRules", "<b>1</b> resolved",
        "<b>2</b> resolved", "no findings", "NAT gateway",
    ],
    "quickstart": [
        "ingest-0331", "882", "119 interfaces", "image/png", "sgr-hurry0", "reachable",
        "<b>0</b> new", "'HIGH': 0", "partly reachable", "sgr-db0", "tcp 5432",
        "pairs",
    ],
}  # fmt: skip


@pytest.fixture(scope="module", params=SHOWN)
def executed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    name: str = request.param
    notebook = nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)
    nbformat.validate(notebook)
    fonts = tmp_path_factory.mktemp("fonts") / "fonts.conf"
    fonts.write_text(FONTS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FONTCONFIG_FILE", str(fonts))
        # Where the kernel keeps its files is this machine's business.
        patch.setenv("JUPYTER_PLATFORM_DIRS", "1")
        ExecutePreprocessor(timeout=300, kernel_name="python3").preprocess(
            notebook, {"metadata": {"path": str(NOTEBOOKS)}}
        )
    return name, notebook


@pytest.mark.filterwarnings("default")
def test_a_notebook_shows_what_it_is_about(executed: Any) -> None:
    name, notebook = executed
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert not [it for it in outputs if it.output_type == "error" or it.get("name") == "stderr"]
    text = "\n".join(
        str(output.get("text", "")) + "\n".join(f"{kind} {body}" for kind, body in shown.items())
        for output in outputs
        for shown in [output.get("data", {})]
    )
    at = 0
    for wanted in SHOWN[name]:
        assert wanted in text[at:], wanted
        at = text.index(wanted, at)


@pytest.mark.filterwarnings("default")
def test_a_plot_is_not_blank(executed: Any) -> None:
    name, notebook = executed
    if name != "quickstart":
        return
    (png,) = (
        output.data["image/png"]
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if "image/png" in output.get("data", {})
    )
    assert len(base64.b64decode(png)) > 5000


def test_notebooks_are_kept_without_outputs() -> None:
    for name in SHOWN:
        for cell in nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4).cells:
            assert not cell.get("outputs")


@pytest.mark.needs("REACH_NOTEBOOKS")
@pytest.mark.needs("REACH_CHROMIUM")
@pytest.mark.filterwarnings("default")
def test_pages_and_pictures_are_made(executed: Any) -> None:
    """What people look at, and what the README shows."""
    name, notebook = executed
    folder = Path(os.environ["REACH_NOTEBOOKS"])
    folder.mkdir(parents=True, exist_ok=True)
    html, _ = HTMLExporter().from_notebook_node(notebook)
    page = folder / f"{name}.html"
    page.write_text(html, encoding="utf-8")
    picture = folder / f"{name}.png"
    subprocess.run(
        [os.environ["REACH_CHROMIUM"], "--headless", "--no-sandbox", "--disable-gpu",
         "--hide-scrollbars", "--window-size=1100,1600", f"--screenshot={picture}",
         page.as_uri()],
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    content = picture.read_bytes()
    assert content.startswith(b"\x89PNG")
    assert len(content) > 50_000, "the page is blank"
