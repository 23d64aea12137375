"""Write the pages that follow from the tables of the library: ``python docs/make_tables.py``.

A test compares the pages with what this script gives.
"""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from HER2LowMRILib.core.columns import NO_UNIT, Column, columns
from HER2LowMRILib.core.feature_set import FEATURES
from HER2LowMRILib.core.first_order import STATISTICS
from HER2LowMRILib.core.lexicon import PRIVATE_SCHEME, Code, Item, Lexicon, clinic_fields, load_lexicon
from HER2LowMRILib.core.map_spec import ADC, D_APP, K_APP, STANDARD_MAPS
from HER2LowMRILib.images.dicom_out.codes import (
    FURTHER_MAP,
    METHODS,
    OWN_CODES,
    READING,
    RING,
    SLICES,
    VALID_PART,
    VOXELS,
    model_and_method,
)
from HER2LowMRILib.images.segment_codes import SEGMENTS

DOCS = Path(__file__).resolve().parent
GENERATED = "<!-- Made by docs/make_tables.py from the tables of the library: change those, then run it. -->"


def pydicom_meanings(code: Code) -> tuple[str, ...]:
    """Return the meanings that pydicom's tables of DICOM codes give a code; empty when they do not have it."""
    from pydicom.sr._concepts_dict import concepts

    found = []
    for codes in concepts.get(code.scheme, {}).values():
        if code.value in codes:
            found.append(codes[code.value][0])
    return tuple(found)


def codes_of(lexicon: Lexicon) -> list[tuple[str, Code]]:
    """Return every code of a vocabulary with the place it stands at."""
    places = [(state.value, state.code) for state in lexicon.states]
    for item in lexicon.items:
        places.append((item.id, item.code))
        places += [(f"{item.id} {value.value}", value.code) for value in item.values]
    return [(str(place), code) for place, code in places]


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table."""
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join("| " + " | ".join(str(c).replace("|", "\\|") for c in line) + " |" for line in lines)


def _code(code: Code) -> str:
    return f"{code.value} ({code.scheme})"


def _conditions(item: Item) -> str:
    return " and ".join(
        f"`{controller}` is {' or '.join(f'`{value}`' for value in allowed)}"
        for controller, allowed in item.applies_when
    )


def _item(item: Item) -> str:
    facts = [f"Asked when {_conditions(item)}." if item.applies_when else "", f"Source: {item.source}."]
    facts += [f"Code: {_code(item.code)}."]
    text = [f"#### {item.label} (`{item.id}`)", "", item.definition, " ".join(filter(None, facts))]
    if item.values:
        rows = ((v.key, f"`{v.value}`", v.label, v.definition, _code(v.code)) for v in item.values)
        text += ["", table(("key", "value", "label", "definition", "code"), rows)]
    elif item.unit:
        kind = "Whole number" if item.kind == "integer" else "Number"
        unit = "" if item.unit == "1" else f" {item.unit}"
        text += ["", f"{kind} from {item.minimum:g} to {item.maximum:g}{unit}."]
    return "\n".join(text)


def _vocabulary(lexicon: Lexicon) -> str:
    parts = []
    for section in lexicon.sections:
        more = " (more descriptors, optional)" if section.more and lexicon.derived else ""
        parts.append(f"### {section.label}{more}")
        parts += [_item(item) for item in lexicon.items if item.section == section.id]
    return "\n\n".join(parts)


_FILE_FORMAT = (
    ("`schema`", "`her2lowmri-lexicon-1`"),
    ("`edition`, `title`, `note`", "id of the edition, and words for people"),
    ("`sources`", "short name -> where a term or definition comes from"),
    ("`sections`", '`id`, `label`, `more` (true: optional "more descriptors")'),
    ("`states`", "`not_assessable` with its `key`, and `not_applicable`"),
    (
        "`items`",
        "`id`, `label`, `section`, `kind` (choice, number, integer, text, date), `definition`, `source`, `code`; for a "
        "choice `values` (`value`, `label`, `definition`, `code`; at most eight), for a number `unit`, `minimum`, "
        "`maximum`; optional `required`, `ordered`, `exported`, `applies_when` (item -> values; that item comes "
        "before)",
    ),
    (
        "`derived`",
        "`id`, `label`, `definition`, `source`, `from` (an item), `map` (each of its values -> 1 or 0)",
    ),
)


def lexicon_page() -> str:
    """Return docs/lexicon.md."""
    lexicon, clinic = load_lexicon(), clinic_fields()
    unlisted = sorted(
        {code for vocabulary in (lexicon, clinic) for _, code in codes_of(vocabulary)},
        key=lambda code: (code.scheme, code.value),
    )
    unlisted = [c for c in unlisted if c.scheme != PRIVATE_SCHEME and not pydicom_meanings(c)]
    states = table(
        ("value", "key", "label", "definition", "code"),
        ((f"`{s.value}`", s.key or "", s.label, s.definition, _code(s.code)) for s in lexicon.states),
    )
    derived = table(
        ("column", "from", "definition"),
        ((f"`{d.id}`", f"`{d.derived_from}`", d.definition) for d in lexicon.derived),
    )
    return f"""# The lexicon and the form

{GENERATED}

Edition `{lexicon.edition}`: {lexicon.title}. {lexicon.note}

BI-RADS is a registered mark of the American College of Radiology. The terms are the lexicon's; every definition
here is our own wording and replaces no manual.

An item that was not answered is empty. Two answers are values of their own:

{states}

Digits choose a value from the keyboard while the form has the focus; {lexicon.states[0].key} is "not assessable".

## A further edition

An edition is one JSON file; no code changes. Set up a study with it by

```sh
her2lowmri study init STUDY --title "..." --lexicon my_edition.json
```

or add it to the software as `HER2LowMRI/HER2LowMRILib/data/lexicon_<name>.json` and name its id. The study keeps a copy
(`lexicon.json`) with a hash of its content: an update of the software changes no question of a running study, and two
editions are never mixed. The edition of 2025 is not here because it needs somebody with the manual. The file has:

{table(("entry", "holds"), _FILE_FORMAT)}

A code is `scheme`, `value` (1-16 characters), `meaning` (1-64). Where no standard code exists the scheme is
`{PRIVATE_SCHEME}`, private to this project. The analysis needs the core columns of [columns.md](columns.md): an
edition that drops one of them leaves out the tables that use it. `analyze` takes the edition from the `lexicon.json`
that an export puts beside its tables; own questions and categories are tested, and shown, as this edition words them.

## Derived, never typed

{derived}

"Not assessable" and "not applicable" of the item are handed on.

## Items

{_vocabulary(lexicon)}

## The coordinator's fields

{clinic.note} Rules for the HER2 group: `HER2LowMRI/HER2LowMRILib/core/her2.py`.

{_vocabulary(clinic)}

## Codes that pydicom's tables do not have

Every code is compared with the tables of DICOM codes that pydicom carries; those below are not in them and were
taken from the scheme itself.

{table(("code", "scheme", "meaning"), ((c.value, c.scheme, c.meaning) for c in unlisted))}
"""


def features_page() -> str:
    """Return docs/features.md."""
    rows = ((f"`{f.name}`", f.unit if f.unit != "1" else NO_UNIT, f.definition, f.source) for f in FEATURES)
    excluded = table(
        ("map", "a voxel is left out when it is"),
        ((spec.name, ", ".join(str(flag.name) for flag in spec.excluded)) for spec in STANDARD_MAPS),
    )
    return f"""# The 21 features

{GENERATED}

Seven statistics of ADC, D_app and K_app over the voxels of the VOI. Bins of the entropy by default: ADC
{ADC.bin_width:g} x 1e-3 mm2/s, D_app {D_APP.bin_width:g} x 1e-3 mm2/s, K_app {K_APP.bin_width:g}, all from 0.

{table(("column", "unit", "definition", "source"), rows)}

Nothing is clipped and nothing is replaced: a voxel without a usable value is left out and counted
(`ADC_valid_fraction`, `D_valid_fraction`, `K_valid_fraction`). The flags are those of `fit_quality`.

{excluded}

## Further maps and rings

A study can declare further maps (`her2lowmri study init --map T2map=ms,0,300,5`: unit, lowest and highest valid value,
bin width). Each gets the same seven statistics and the same columns, under its own name: `T2map_mean`,
`T2map_valid_fraction`, `T2map_bin_width`. Its file in a case is called like the map. A voxel outside the range is left
out; where the lowest valid value is 0, so is 0.

With `--rings` the same statistics are measured around the lesion too: `ADC_ring1_mean`, `ADC_ring3_mean`,
`ADC_ring5_mean` and so on for every map, with `ring1_voxels` and `ring1_volume_mm3`. What a ring is:
[decision 0018](adr/0018-rings.md).

## Intervals

A feature of one VOI is not exact: the images have noise, and the boundary could have been drawn half a voxel further
out or in. `her2lowmri export --intervals` (or `study init --intervals`, for every export and the panel's row) adds
two columns at the end of both tables for every feature of a map that was fitted to the images of the case:
`ADC_mean_low`, `ADC_mean_high` and so on, about 95 %. Noise: 200 new measurements of the fitted signals, each fitted
and measured again; 1.96 standard deviations. Boundary: the feature with the outline moved by half a voxel in the
slice, outwards and inwards. Both together: root of the sum of squares, on each side. The panel draws them as whiskers
above the histogram. They leave out what differs between scanners, days and readers. Off by default, because they add
42 columns and about half a second a reading. A map that came with the case has none.
"""


_GROUPS = {
    "case": "Case",
    "clinic": "Clinic and HER2",
    "descriptor": "Descriptors",
    "derived": "Derived from the descriptors",
    "feature": "Features of the VOI",
    "voi": "VOI",
    "provenance": "Provenance",
    "her2_detail": "HER2 in detail",
    "more_descriptor": "More descriptors",
    "small_region": "Small region",
    "drawing": "How and how long it was drawn",
}


def columns_page() -> str:
    """Return docs/columns.md."""
    files = {"features": columns("features"), "readings": columns("readings")}
    where: dict[str, list[str]] = {}
    merged: dict[str, Column] = {}
    for file, listed in files.items():
        for column in listed:
            where.setdefault(column.name, []).append(file)
            merged[column.name] = column
    parts = []
    for group, title in _GROUPS.items():
        rows = [
            (
                f"`{c.name}`",
                "both" if len(where[c.name]) == 2 else where[c.name][0],
                c.type,
                c.unit,
                c.allowed_text,
                c.definition,
                c.source,
            )
            for c in merged.values()
            if c.group == group
        ]
        parts.append(
            f"## {title}\n\n"
            + table(("column", "file", "type", "unit", "allowed", "definition", "source"), rows)
        )
    body = "\n\n".join(parts)
    return f"""# Columns of features.csv and readings.csv

{GENERATED}

`features.csv` has one row per patient, `readings.csv` one row per case and reader. An empty cell is "missing";
`not_assessable` and `not_applicable` are values. Numbers are written with full precision and a point. Text that a
spreadsheet would run as a formula has an apostrophe in front, which reading takes off again.

{body}
"""


def dicom_codes_page() -> str:
    """Return docs/dicom-codes.md."""
    private = {code.value: code for code in OWN_CODES}
    private |= {m.type.value: m.type for m in SEGMENTS.values() if m.type.scheme == PRIVATE_SCHEME}
    lexicon = load_lexicon()
    places: dict[str, list[str]] = {value: ["objects"] for value in private}
    meaning_of = {code.value: "" for code in private.values()}
    for place, code in codes_of(lexicon):
        if code.scheme == PRIVATE_SCHEME:
            private.setdefault(code.value, code)
            places.setdefault(code.value, []).append(f"`{place}`")
            meaning_of.setdefault(code.value, _definition_at(lexicon, place))
    meaning_of |= {
        VOXELS.value: "Voxels of the measured segment on the map that it was drawn on.",
        SLICES.value: "Slices of that map with at least one such voxel.",
        VALID_PART.value: "Part of those voxels with a valid value in the map that the measurement refers to.",
        RING.value: "Tissue within a stated distance of the lesion, without exclusions and air.",
        FURTHER_MAP.value: "A map that the study declared; its name is the label of the map.",
        READING.value: "What a reader says of the breast, not of the lesion.",
        "MEASURED-VOI": "Voxels of the lesion outside all exclusions: what the features are of.",
    }
    own = table(
        ("code", "meaning", "where", "definition"),
        (
            (f"`{value}`", private[value].meaning, ", ".join(places[value][:4]), meaning_of.get(value, ""))
            for value in sorted(private)
        ),
    )
    maps = table(
        ("map", "quantity", "unit", "model", "fit"),
        (
            (
                spec.label,
                _code(spec.quantity),
                _code(spec.units),
                _code(model_and_method(spec, "wlls")[0]),
                " or ".join(dict.fromkeys(_code(model_and_method(spec, fit)[1]) for fit in METHODS)),
            )
            for spec in STANDARD_MAPS
            if spec.quantity is not None and spec.units is not None
        ),
    )
    features = table(
        ("feature", "derivation", "of the IBSI"),
        ((s.label, _code(s.code), _code(s.ibsi) if s.ibsi is not None else "") for s in STATISTICS),
    )
    segments = table(
        ("segment", "category", "type"),
        ((name, _code(meaning.category), _code(meaning.type)) for name, meaning in SEGMENTS.items()),
    )
    return f"""# Codes of the DICOM objects

{GENERATED}

What [the DICOM objects](dicom.md) of a reading say, in codes. Public codes come first; where neither DICOM, SNOMED CT,
RadLex nor the IBSI has one, the private scheme `{PRIVATE_SCHEME}`, version 1, does. A code of it never changes its
meaning; a further term gets a further code. Questions and answers with public codes stand in [the lexicon](lexicon.md).

## Segments

{segments}

## Maps

b-values of the source images: 113240 (DCM), s/mm2. 1 um2/ms is 1e-3 mm2/s.

{maps}

## Features

The quantity is that of the map; how it was computed is the derivation.

{features}

## The scheme {PRIVATE_SCHEME}

{own}
"""


def _definition_at(lexicon: Lexicon, place: str) -> str:
    item_id, _, value = place.partition(" ")
    item = lexicon.get(item_id)
    if item is None:
        return next((state.definition for state in lexicon.states if str(state.value) == place), "")
    return next((v.definition for v in item.values if str(v.value) == value), item.definition)


ORACLES = DOCS.parent / "HER2LowMRI" / "Testing" / "data" / "oracles"
_ORACLE_TITLES = {
    "rank.json": "Mann-Whitney, Kruskal-Wallis, summaries",
    "categorical.json": "Chi-squared and Fisher's exact test",
    "trend.json": "Linear-by-linear association",
    "logistic.json": "Logistic regression, Firth's method, collinearity",
    "firth_single_case.json": "Firth's method where a category occurs once",
    "roc.json": "ROC curve, DeLong, cut-offs",
    "kappa.json": "Cohen's kappa and its weights",
    "agreement_ac1.json": "AC1 and PABAK",
    "icc.json": "Intraclass correlation",
    "readers_and_sites.json": "Several readers, mixed models, repeatability, Fleiss' kappa, ICC of three readers, "
    "decision curve, size of a difference of AUCs",
    "decision_curve.json": "Decision curve",
    "sample_size.json": "Size of an AUC",
}


def _figures(value: object) -> int:
    """How many numbers an expected result holds."""
    if isinstance(value, dict):
        return sum(_figures(inside) for inside in value.values())
    if isinstance(value, list):
        return sum(_figures(inside) for inside in value)
    return int(isinstance(value, int | float) and not isinstance(value, bool))


def statistics_references_page() -> str:
    """Return the figures that the statistics are compared with, and where they come from."""
    parts = []
    for file, title in _ORACLE_TITLES.items():
        content = json.loads((ORACLES / file).read_text(encoding="utf-8"))
        meta = content.get("meta", {})
        packages = ", ".join(f"{name} {version}" for name, version in meta.get("packages", {}).items())
        made = (
            content.get("made_by")
            or f"{meta.get('R') or meta.get('software')}{f'; {packages}' if packages else ''}"
        )
        rows = [(case["id"], case["source"], _figures(case["expected"])) for case in content["cases"]]
        parts.append((title, made, rows))
    everything = sum(row[2] for _, _, rows in parts for row in rows)
    lines = [
        GENERATED,
        "# What the statistics are compared with",
        "",
        f"{everything} figures of R packages and of published examples that the tests hold the library to; they stand "
        "in HER2LowMRI/Testing/data/oracles, each with the call that made it. Beside them: two published multireader "
        "studies (Van Dyke 1993, Franken 1992, as OR-DBM MRMC 2.51 prints them) in "
        "Testing/core/statistics/test_readers_and_sites.py, and check.R, by which R computes every table of an "
        "analysis again (docs/adr/0029). What is checked by simulation: [statistics-checks.md](statistics-checks.md).",
    ]
    for title, made, rows in parts:
        lines += ["", f"## {title}", "", made, "", table(("case", "source", "figures"), rows)]
    return "\n".join(lines) + "\n"


PAGES = {
    "lexicon.md": lexicon_page,
    "features.md": features_page,
    "columns.md": columns_page,
    "dicom-codes.md": dicom_codes_page,
    "statistics-references.md": statistics_references_page,
}


def main() -> None:
    """Write the pages."""
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
