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
    "files": {"numpy"},
    "images": {"numpy", "scipy", "SimpleITK"},
    "study": {"numpy", "scipy", "SimpleITK"},
    "cohort": {"numpy", "scipy"},
    "synthetic": {"numpy", "scipy", "SimpleITK"},
    "mrml": {"numpy", "slicer", "vtk"},
    "workflow": {"numpy", "scipy", "SimpleITK"},
    "session": {"numpy", "scipy", "SimpleITK", "slicer", "vtk"},
    # Slicer's own base of segment editor effects in Python.
    "gui": {"slicer", "vtk", "qt", "ctk", "SegmentEditorEffects"},
    "commands": {"numpy"},
}
INSIDE = {
    "core": {"core"},
    "files": {"core", "files"},
    "images": {"core", "files", "images"},
    "study": {"core", "files", "images", "study"},
    "cohort": {"core", "files", "images", "study", "cohort"},
    "synthetic": {"core", "files", "images", "study", "synthetic"},
    "mrml": {"core", "files", "images", "study", "mrml"},
    "workflow": {"core", "files", "images", "study", "cohort", "synthetic", "workflow"},
    "session": {"core", "files", "images", "study", "cohort", "synthetic", "mrml", "workflow", "session"},
    "gui": {"core", "files", "images", "study", "mrml", "workflow", "session", "gui"},
    "commands": {"core", "files", "images", "study", "cohort", "synthetic", "workflow", "commands"},
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
        if layer not in ("mrml", "session", "gui"):
            assert root not in ("slicer", "vtk", "qt", "ctk"), f"{layer} runs without Slicer"
        if layer in ("mrml", "session"):
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


def module_name(path: Path) -> str:
    parts = path.relative_to(LIBRARY.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def needs_slicer() -> set[str]:
    """Modules that import slicer, themselves or through others."""
    imports = {module_name(path): imported(ast.parse(path.read_text()), top_only=True) for path in FILES}
    found = {name for name in imports if name.split(".")[1:2] in (["mrml"], ["session"], ["gui"])}
    while True:
        more = {
            name
            for name, names in imports.items()
            if name not in found and ("slicer" in names or found & set(names))
        }
        if not more:
            return found
        found |= more


def test_the_reading_path_needs_only_what_slicer_bundles():
    """Import every module that runs without Slicer: none may bring in what Slicer 5.12 does not ship."""
    names = {module_name(path) for path in FILES if path.stem != "__main__"}
    modules = sorted(names - needs_slicer())
    for layer in ("core", "files", "images", "study", "cohort", "synthetic", "workflow", "commands"):
        assert f"HER2LowMRILib.{layer}" in modules
    code = f"""
import importlib, sys
for name in {modules!r}:
    importlib.import_module(name)
found = {{"pandas", "matplotlib", "statsmodels", "distributed", "slicer", "vtk", "qt"}} & set(sys.modules)
assert not found, found
"""
    subprocess.run([sys.executable, "-c", code], check=True, cwd=LIBRARY.parent, timeout=120)


def test_test_files_have_names_of_their_own():
    """Testing is not a package (its name is taken by other extensions), so pytest needs unique names."""
    testing = Path(__file__).parent
    names = Counter(path.name for path in testing.rglob("test_*.py"))
    assert [name for name, count in names.items() if count > 1] == []
    assert not (testing / "__init__.py").exists()
