"""What Slicer's Extensions Index asks of an extension: its checks, written anew, on what is in the repository.

Checks that need a published repository (the addresses answer, the topic 3d-slicer-extension is set) are listed in
docs/extensions-index.md and not made here.
"""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

MODULE = Path(__file__).parents[1]
REPOSITORY = MODULE.parent
RAW = "https://raw.githubusercontent.com/HER2LowMRI/SlicerHER2LowMRI/main/"
# Schema v1.0.2 of catalog entries: types, what is required, and nothing else.
FIELDS = {
    "$schema": str, "category": str, "scm_url": str, "scm_revision": str, "scm_type": str, "build_dependencies": list,
    "dicom_support_rule": str, "build_subdirectory": str, "enabled": bool, "tier": int,
}  # fmt: skip
FILE_SCOPE = {
    "SegmentEditorEffects",
    "slicer",
    "vtk",
    "qt",
    "ctk",
    "SimpleITK",
    "numpy",
    "scipy",
    "HER2LowMRILib",
}
SOURCES = [MODULE / "HER2LowMRI.py", *sorted((MODULE / "HER2LowMRILib").rglob("*.py"))]
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
CMAKE = (REPOSITORY / "CMakeLists.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def entry():
    content = (REPOSITORY / "HER2LowMRI.json").read_bytes()
    assert b"\r" not in content
    return json.loads(content)


def cmake(name: str) -> str:
    (found,) = re.findall(rf'set\({name}\s+"([^"]+)"\)', CMAKE)
    return found


def test_the_entry_is_as_the_schema_wants_it(entry):
    assert {"$schema", "category", "scm_url"} <= set(entry) <= set(FIELDS)
    assert all(isinstance(value, FIELDS[key]) for key, value in entry.items())
    assert entry["$schema"].split("#")[0].endswith("catalog-entry-schema-v1.0.2.json")
    assert 1 <= entry["tier"] <= 5
    assert entry["category"] == "Quantification"
    assert list(entry) == sorted(entry)


def test_names_are_as_the_index_wants_them(entry):
    (project,) = re.findall(r"project\(\s*([^\s)]+)", CMAKE)
    assert project == "HER2LowMRI" == (REPOSITORY / "HER2LowMRI.json").stem
    assert not project.lower().startswith("slicer")
    url = urlsplit(entry["scm_url"])
    assert url.scheme == "https"
    assert Path(url.path).stem.startswith("Slicer")
    assert cmake("EXTENSION_HOMEPAGE").startswith(f"https://{url.netloc}{url.path.removesuffix('.git')}")


def test_a_dicom_rule_of_python_and_names_it_knows(entry):
    rule = entry["dicom_support_rule"]
    names = {node.id for node in ast.walk(ast.parse(rule, mode="eval")) if isinstance(node, ast.Name)}
    assert names == {"Modality", "SOPClassUID"}

    def supported(modality, sop_class=""):
        return eval(rule, {"__builtins__": {}}, {"Modality": modality, "SOPClassUID": sop_class})

    assert supported("MR") and supported("SEG") and supported("RTSTRUCT")
    assert supported("OT", "1.2.840.10008.5.1.4.1.1.30")
    assert not supported("CT") and not supported("OT", "1.2.840.10008.5.1.4.1.1.7")


def test_icon_and_screenshots_are_pictures_in_the_repository():
    addresses = [cmake("EXTENSION_ICONURL"), *cmake("EXTENSION_SCREENSHOTURLS").split()]
    assert len(addresses) >= 3
    for address in addresses:
        assert address.startswith(RAW)
        assert (REPOSITORY / address.removeprefix(RAW)).read_bytes().startswith(b"\x89PNG")


def test_description_and_keywords_are_there():
    assert 80 < len(cmake("EXTENSION_DESCRIPTION")) < 400
    assert {"breast", "MRI", "HER2"} <= set(cmake("EXTENSION_KEYWORDS").split())


def test_the_checkout_is_small_and_licensed():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=REPOSITORY, capture_output=True, check=False)
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    files = [REPOSITORY / name for name in listed.stdout.decode().split("\0") if name]
    assert sum(file.stat().st_size for file in files if file.is_file()) < 100 * 2**20
    assert "Apache License" in (REPOSITORY / "LICENSE").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(MODULE)))
def test_nothing_runs_and_nothing_foreign_is_imported_at_file_scope(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else [node.module]
            for name in names:
                root = name.split(".")[0]
                assert root in FILE_SCOPE or root in sys.stdlib_module_names, name
        elif isinstance(node, ast.Expr):
            assert isinstance(node.value, ast.Constant), f"line {node.lineno}: a statement at file scope"
        else:
            definitions = (
                (ast.FunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign, ast.If, ast.TypeAlias)
                if (sys.version_info >= (3, 12))
                else (ast.FunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign, ast.If)
            )
            assert isinstance(node, definitions), f"line {node.lineno}"
            if isinstance(node, ast.If):
                assert ast.unparse(node.test) in ("TYPE_CHECKING", "__name__ == '__main__'"), node.lineno


def test_no_code_sends_or_fetches():
    network = {"urllib.request", "requests", "http.client", "ftplib", "smtplib", "socket"}
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [str(node.module)]
            allowed = {"socket"} if path.name == "session_lock.py" else set()
            assert not set(names) & network - allowed, path


@pytest.mark.parametrize(
    "needed",
    [
        r"!\[[^]]+\]\(docs/images/slicer-[a-z]+\.png\)",
        r"one module: \*\*HER2LowMRI\*\*",
        r"doi:10\.3390/tomography11030031",
        r"Please cite",
        r"Extensions Manager",
        r"Sample Data",
        r"(?s)\n1\. .*\n2\. .*\n3\. .*\n4\. ",
        r"\| Privacy \|",
        r"\| Patents \|",
        r"\| To remove what it made \|",
    ],
)
def test_the_readme_says_what_reviewers_look_for(needed):
    assert re.search(needed, README)


def test_every_picture_of_the_pages_is_there():
    for page in (REPOSITORY / "README.md", *(REPOSITORY / "docs").glob("*.md")):
        for link in re.findall(r"!\[[^]]*\]\(([^)]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / link).is_file(), (page.name, link)


def test_packages_are_installed_under_constraints_that_keep_what_is_there():
    import numpy
    from HER2LowMRILib.files.requirements import ANALYSIS, SHEETS, constraints_of_installed, requirements

    assert all(">=" in line and "==" not in line for line in (*requirements(ANALYSIS), *requirements(SHEETS)))
    lines = constraints_of_installed().splitlines()
    assert f"numpy=={numpy.__version__}" in lines
    assert all(re.fullmatch(r"[a-z0-9.\-]+==\S+", line) for line in lines)
