"""Read single elements of the Siemens CSA header (0029,1010), the binary block that the V line keeps its b-values in.

Layout as described by nibabel, "Siemens format DICOM with CSA header" (nipy.org/nibabel/dicom/siemens_csa.html).
"""

import struct

_MAX_TAGS = 1000
_MAX_ITEMS = 100


def csa_value(block: bytes, name: str) -> str | None:
    """First item of the element ``name`` as text, or None where the block lacks it or is damaged."""
    texts = csa_values(block, name)
    return texts[0] if texts else None


def csa_values(block: bytes, name: str) -> tuple[str, ...]:
    """All items of the element ``name`` as texts; none where the block lacks it or is damaged."""
    try:
        return tuple(text for text in _search(block, name) if text)
    except struct.error:
        return ()


def _search(block: bytes, name: str) -> list[str]:
    second = block[:4] == b"SV10"
    at = 8 if second else 0
    tags = struct.unpack_from("<I", block, at)[0]
    if tags > _MAX_TAGS:
        return []
    at += 8
    first_count = 0
    for tag in range(tags):
        found = block[at : at + 64].split(b"\0")[0].decode("latin-1")
        items = struct.unpack_from("<i", block, at + 76)[0]
        at += 84
        if not 0 <= items <= _MAX_ITEMS:
            return []
        if tag == 0:
            first_count = items
        texts = []
        for _ in range(items):
            lengths = struct.unpack_from("<4i", block, at)
            # CSA2 states the length second; CSA1 first, and too long by the item count of the first element.
            length = lengths[1] if second else lengths[0] - first_count
            if not 0 <= length <= len(block) - at - 16:
                return []
            if found == name:
                texts.append(block[at + 16 : at + 16 + length].split(b"\0")[0].decode("latin-1").strip())
            at += 16 + (length + 3) // 4 * 4
        if found == name:
            return texts
    return []
