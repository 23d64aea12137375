"""Write HER2LowMRI/CMakeLists.txt from the files that are there; ``python HER2LowMRI/Testing/list_installed_files.py``.

Slicer installs only what the file lists. test_installed_files_gui.py fails when it does not fit the tree.
"""

from pathlib import Path

MODULE = Path(__file__).resolve().parents[1]


def installed_files() -> tuple[list[str], list[str]]:
    """Return scripts and resources, relative to the module's folder."""
    library = [
        path
        for path in sorted((MODULE / "HER2LowMRILib").rglob("*"))
        if path.is_file() and path.suffix != ".pyc" and "__pycache__" not in path.parts
    ]
    resources = [path for path in sorted((MODULE / "Resources").rglob("*")) if path.is_file()]
    scripts = [path for path in library if path.suffix == ".py"]
    others = [path for path in library if path.suffix != ".py"] + resources
    return (
        [path.relative_to(MODULE).as_posix() for path in scripts],
        [path.relative_to(MODULE).as_posix() for path in others],
    )


def cmake_text() -> str:
    """Return what the file should hold."""
    scripts, resources = installed_files()
    lines = {
        "SCRIPTS": "\n".join(f"  {name}" for name in ["${MODULE_NAME}.py", *scripts]),
        "RESOURCES": "\n".join(f"  {name}" for name in resources),
    }
    return _TEMPLATE.replace("@SCRIPTS@", lines["SCRIPTS"]).replace("@RESOURCES@", lines["RESOURCES"])


_RULE = "#" + "-" * 77
_TEMPLATE = f"""{_RULE}
set(MODULE_NAME HER2LowMRI)

{_RULE}
# Every file that is installed; written by Testing/list_installed_files.py, held to the tree by a test.
set(MODULE_PYTHON_SCRIPTS
@SCRIPTS@
  )

set(MODULE_PYTHON_RESOURCES
@RESOURCES@
  )

{_RULE}
slicerMacroBuildScriptedModule(
  NAME ${{MODULE_NAME}}
  SCRIPTS ${{MODULE_PYTHON_SCRIPTS}}
  RESOURCES ${{MODULE_PYTHON_RESOURCES}}
  WITH_GENERIC_TESTS
  )

{_RULE}
if(BUILD_TESTING)
  # The self-test in HER2LowMRI.py: a whole case through the panel, also run by pytest outside Slicer.
  slicer_add_python_unittest(SCRIPT ${{MODULE_NAME}}.py)
endif()
"""


if __name__ == "__main__":
    (MODULE / "CMakeLists.txt").write_text(cmake_text(), encoding="utf-8")
