"""The layers import one way, and nothing heavy or forbidden comes in with them."""

import ast
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

LIBRARY = Path(__file__).parents[1] / "HER2LowMRILib"

# What a file of each layer may import at its top, besides the standard library. Heavier libraries
# (pandas, statsmodels, matplotlib, pydicom, highdicom) are imported where they are used: Slicer loads every
# module at start, and three of them are not in Slicer at all.
OUTSIDE = {
    "core": {"numpy", "scipy"},
    "study": {"numpy", "scipy", "SimpleITK"},
    "synthetic": {"numpy", "scipy", "SimpleITK"},
    "mrml": {"numpy", "slicer", "vtk"},
    "workflow": {"numpy", "scipy", "SimpleITK"},
    "gui": {"slicer", "vtk", "qt", "ctk"},
    "commands": {"numpy"},
}
INSIDE = {
    "core": {"core"},
    "study": {"core", "study"},
    "synthetic": {"core", "study", "synthetic"},
    "mrml": {"core", "study", "mrml"},
    "workflow": {"core", "study", "synthetic", "mrml", "workflow"},
    "gui": {"core", "study", "mrml", "workflow", "gui"},
    "commands": {"core", "study", "synthetic", "workflow", "commands"},
}
FILES = sorted(LIBRARY.rglob("*.py"))


def layer_of(path: Path) -> str | None:
    parts = path.relative_to(LIBRARY).parts
    return parts[0] if len(parts) > 1 else None


def imported(tree: ast.AST, top_only: bool) -> list[str]:
    nodes = tree.body if top_only else ast.walk(tree)
    names = []
    for node in nodes:
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute, so that a layer shows in the name"
            names += [
                f"{node.module}.{a.name}" if node.module == "HER2LowMRILib" else node.module
                for a in node.names
            ]
    return names


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(LIBRARY)))
def test_imports_run_one_way(path: Path):
    layer = layer_of(path)
    if layer is None or layer not in INSIDE:
        return
    for name in imported(ast.parse(path.read_text()), top_only=False):
        if name.startswith("HER2LowMRILib.") and name != "HER2LowMRILib.__version__":
            assert name.split(".")[1] in INSIDE[layer], f"{layer} must not import {name}"
        root = name.split(".")[0]
        if layer in ("core", "study", "synthetic", "commands"):
            assert root not in ("slicer", "vtk", "qt", "ctk"), f"{layer} runs without Slicer"
        if layer in ("mrml", "workflow"):
            assert root not in ("qt", "ctk"), f"{layer} runs without a window"


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(LIBRARY)))
def test_a_file_brings_in_only_what_its_layer_may(path: Path):
    layer = layer_of(path)
    if layer is None or layer not in OUTSIDE:
        return
    for name in imported(ast.parse(path.read_text()), top_only=True):
        root = name.split(".")[0]
        if root != "HER2LowMRILib" and root not in sys.stdlib_module_names:
            assert root in OUTSIDE[layer], f"import {root} where it is used, not at the top of the file"


def test_nothing_is_installed_outside_the_panel():
    for path in FILES:
        if layer_of(path) != "gui":
            assert "pip_install" not in path.read_text(), path
            assert "pip_ensure" not in path.read_text(), path


def test_the_reading_path_needs_only_what_slicer_bundles():
    """Import every module that runs without Slicer: none may bring in what Slicer 5.12 does not ship."""
    modules = []
    for path in FILES:
        if layer_of(path) in ("mrml", "gui") or path.stem == "__main__":
            continue
        names = imported(ast.parse(path.read_text()), top_only=True)
        if not any(name.startswith("HER2LowMRILib.mrml") for name in names):
            modules.append(".".join(path.relative_to(LIBRARY.parent).with_suffix("").parts))
    code = f"""
import importlib, sys
for name in {modules!r}:
    importlib.import_module(name)
found = {{"pandas", "matplotlib", "statsmodels", "distributed", "slicer", "vtk", "qt"}} & set(sys.modules)
assert not found, found
"""
    subprocess.run([sys.executable, "-c", code], check=True, cwd=LIBRARY.parent, timeout=120)


def test_test_files_have_names_of_their_own():
    """The Testing folders are no packages (Slicer would load them), so pytest needs unique names."""
    names = Counter(path.name for path in Path(__file__).parent.rglob("*.py") if path.name != "conftest.py")
    assert [name for name, count in names.items() if count > 1] == []
    assert not list(Path(__file__).parent.rglob("__init__.py"))
