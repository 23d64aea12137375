"""Case ids from patient ids that cannot be turned back without the study's own key.

A plain hash of a patient id is open to trivial dictionary attacks (DICOM PS3.15 E.1.1), hence HMAC-SHA-256
with a random key of the study. The key stays in the study folder and is in no export.
"""

import base64
import hashlib
import hmac
import secrets

from HER2LowMRILib.core.errors import StudyError

PREFIX = "C"


def new_key() -> bytes:
    """A random key of 256 bits."""
    return secrets.token_bytes(32)


def pseudonym(key: bytes, patient_id: str) -> str:
    """The case id of a patient: "C" and 12 characters of A-Z and 2-7 (60 bits), the same for one key."""
    if not patient_id.strip():
        raise StudyError("no case id can be made", needed="a patient id", found="nothing")
    digest = hmac.new(key, patient_id.strip().encode(), hashlib.sha256).digest()
    return PREFIX + base64.b32encode(digest).decode()[:12]
