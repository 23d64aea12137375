"""Bring Resources/Translations up to date: ``python HER2LowMRI/Testing/make_translations.py [LANGUAGE]``.

Texts are found where Slicer finds them, and under the context under which Slicer looks them up at run time:
``_()`` of Python files (package and file, as slicer.i18n makes it), the class of a .ui file (as QUiLoader does), and
the vocabulary under a context of its own. A text that is still there keeps its translation; one that is gone goes.

``--list`` prints what has no translation in a language as JSON; ``--fill FILE`` takes {English: translation}. With
lrelease (of Qt) at hand the .qm files that Slicer loads are made as well.
"""

import argparse
import ast
import functools
import json
import shutil
import subprocess
import sys
import unicodedata
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

MODULE = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(MODULE))

from HER2LowMRILib.core.fit_quality import DEFINITIONS  # noqa: E402

# As Slicer looks for them: "de" serves every country of the language.
LANGUAGES = ("zh-CN", "de")
LEXICON_CONTEXT = "HER2LowMRI.lexicon"
VOCABULARIES = ("lexicon_birads_mri_2013.json", "fields_clinic.json")
# Signs and names of things that are the same in every language.
_SAME = frozenset(
    {"", "#", "–", "?", "mm", "ADC", "D_app", "K_app", "r1, r2", "T2map=ms,0,300,5", "HER2LowMRI", "F1"}
)


@dataclass(frozen=True)
class Text:
    """A text that a person sees."""

    context: str
    source: str
    where: str


@functools.cache
def texts() -> list[Text]:
    """Every text, each once per context, in a fixed order."""
    found = [*_of_python(), *_of_forms(), *_of_vocabularies(), *_of_voxel_classes(), *_of_layouts()]
    # Slicer's own language pack translates what is under its own contexts.
    found = [one for one in found if not one.context.startswith("qSlicer")]
    kept = {(one.context, one.source): one for one in reversed(found) if not _needs_none(one.source)}
    return sorted(kept.values(), key=lambda one: (one.context, one.source))


def _needs_none(source: str) -> bool:
    """Whether a text is no words: a sign, a kind of node, a name of a setting."""
    return (
        source.startswith("vtkMRML")
        or source.strip() in _SAME
        or not any(sign.isalpha() for sign in source)
        or ("/" in source and source.startswith("HER2LowMRI/"))
    )


def context_of(path: Path) -> str:
    """The context of slicer.i18n.getContext: the package if there is one, and the name of the file."""
    in_package = (path.parent / "__init__.py").is_file()
    return f"{path.parent.name}.{path.stem}" if in_package else path.stem


def _of_python() -> Iterator[Text]:
    for path in (MODULE / "HER2LowMRI.py", *sorted((MODULE / "HER2LowMRILib").rglob("*.py"))):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args):
                continue
            where = f"{path.relative_to(MODULE).as_posix()}:{node.lineno}"
            first, last = node.args[0], node.args[-1]
            if node.func.id == "_" and isinstance(first, ast.Constant):
                yield Text(context_of(path), first.value, where)
            elif node.func.id == "translate" and all(isinstance(a, ast.Constant) for a in node.args):
                yield Text(first.value, last.value, where)


def _of_forms() -> Iterator[Text]:
    for path in sorted((MODULE / "Resources" / "UI").glob("*.ui")):
        root = ElementTree.parse(path).getroot()
        context = root.findtext("class") or path.stem
        for string in root.iter("string"):
            if string.text and string.get("notr") != "true":
                yield Text(context, string.text, path.relative_to(MODULE).as_posix())


def _of_vocabularies() -> Iterator[Text]:
    for name in VOCABULARIES:
        content = json.loads((MODULE / "HER2LowMRILib" / "data" / name).read_text(encoding="utf-8"))
        entries = [*content["sections"], *content["states"], *content["items"]]
        entries += [value for item in content["items"] for value in item.get("values", ())]
        for entry in entries:
            for key in ("label", "definition", "unit"):
                if entry.get(key):
                    yield Text(LEXICON_CONTEXT, entry[key], f"HER2LowMRILib/data/{name}")


def _of_voxel_classes() -> Iterator[Text]:
    for definition in DEFINITIONS.values():
        yield Text(LEXICON_CONTEXT, definition, "HER2LowMRILib/core/fit_quality.py")


def _of_layouts() -> Iterator[Text]:
    name = "hanging.json"
    content = json.loads((MODULE / "HER2LowMRILib" / "data" / name).read_text(encoding="utf-8"))
    for layout in content["layouts"]:
        yield Text(LEXICON_CONTEXT, layout["label"], f"HER2LowMRILib/data/{name}")


def file_of(language: str) -> Path:
    """Where the translations into a language are kept."""
    return MODULE / "Resources" / "Translations" / f"HER2LowMRI_{language}.ts"


@functools.cache
def known(language: str) -> dict[tuple[str, str], str]:
    """(Context, text) -> translation, of those that have one."""
    path = file_of(language)
    if not path.is_file():
        return {}
    found = {}
    for context in ElementTree.parse(path).getroot().iter("context"):
        for message in context.iter("message"):
            translation = message.findtext("translation") or ""
            if translation:
                found[context.findtext("name") or "", message.findtext("source") or ""] = translation
    return found


def untranslated(language: str) -> list[Text]:
    """Texts without a translation."""
    done = known(language)
    return [text for text in texts() if (text.context, text.source) not in done]


def content(language: str, translated: dict[tuple[str, str], str]) -> str:
    """A .ts file of all texts, as lupdate writes it."""
    locale = language.replace("-", "_")
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        "<!DOCTYPE TS>",
        f'<TS version="2.1" language="{locale}">',
    ]
    by_context: dict[str, list[Text]] = {}
    for text in texts():
        by_context.setdefault(text.context, []).append(text)
    for context, members in by_context.items():
        lines += ["<context>", f"    <name>{escape(context)}</name>"]
        for text in members:
            translation = translated.get((context, text.source), "")
            state = "" if translation else ' type="unfinished"'
            lines += [
                "    <message>",
                f"        <source>{escape(text.source)}</source>",
                f"        <translation{state}>{escape(translation)}</translation>",
                "    </message>",
            ]
        lines.append("</context>")
    return "\n".join([*lines, "</TS>", ""])


def width(text: str) -> int:
    """Columns that a text takes: a Chinese sign takes two."""
    return max(
        sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in line)
        for line in text.split("\n")
    )


def release(path: Path) -> bool:
    """Make the .qm file beside a .ts file; False where Qt's lrelease is not at hand."""
    tool = shutil.which("lrelease") or shutil.which("pyside6-lrelease")
    if tool is None:
        return False
    subprocess.run([tool, "-silent", str(path), "-qm", str(path.with_suffix(".qm"))], check=True)
    return True


def bring_up_to_date(language: str, new: dict[str, str]) -> str:
    """Write the files of a language; returns what was done, in a line."""
    translated = known(language)
    # One text has one translation wherever it stands.
    memory = {source: translation for (_, source), translation in translated.items()}
    memory |= {source: text for source, text in new.items() if text}
    full = {(text.context, text.source): memory.get(text.source, "") for text in texts()}
    path = file_of(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content(language, full), encoding="utf-8")
    made = "" if release(path) else "; no lrelease here, the .qm file is as it was"
    missing = sum(not translation for translation in full.values())
    return f"{language}: {len(full)} texts, {missing} without translation{made}"


def main() -> int:
    """Write the files, or list what is missing."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "language", nargs="?", choices=LANGUAGES, help="one language; all where none is named"
    )
    parser.add_argument("--list", action="store_true", help="print what has no translation, as JSON")
    parser.add_argument("--fill", type=Path, metavar="FILE", help="JSON: {English: translation}")
    args = parser.parse_args()
    if (args.list or args.fill) and not args.language:
        parser.error("--list and --fill need a language")
    if args.list:
        missing = dict.fromkeys((text.source for text in untranslated(args.language)), "")
        sys.stdout.write(json.dumps(missing, ensure_ascii=False, indent=0) + "\n")
        return 0
    new = json.loads(args.fill.read_text(encoding="utf-8")) if args.fill else {}
    for language in [args.language] if args.language else LANGUAGES:
        sys.stdout.write(bring_up_to_date(language, new) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
