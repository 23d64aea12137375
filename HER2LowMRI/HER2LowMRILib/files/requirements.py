"""Packages beyond the Python of Slicer, and what their installation must leave as it is."""

from importlib import resources

ANALYSIS, SHEETS, WORD = "requirements.txt", "requirements-xlsx.txt", "requirements-docx.txt"


def requirements(file: str) -> tuple[str, ...]:
    """Requirements of a file in data/, e.g. ("pandas>=2.2",)."""
    text = (resources.files("HER2LowMRILib") / "data" / file).read_text(encoding="utf-8")
    lines = (line.split("#")[0].strip() for line in text.splitlines())
    return tuple(line for line in lines if line)


def constraints_of_installed() -> str:
    """Content of a constraints file under which pip changes no package that is installed.

    Slicer's own packages are compiled for it; another numpy under a running Slicer breaks every module. They are taken
    as they are here, not from a list: a later Slicer has others.
    """
    from importlib import metadata

    found = {}
    for one in metadata.distributions():
        name, version = one.metadata["Name"], one.metadata["Version"]
        if name and version:
            found[name.lower().replace("_", "-")] = version
    return "".join(f"{name}=={version}\n" for name, version in sorted(found.items()))
