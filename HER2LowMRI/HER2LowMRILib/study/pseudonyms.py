"""Case ids from patient ids that cannot be turned back without the study's own key.

A plain hash of a patient id is open to trivial dictionary attacks (DICOM PS3.15 E.1.1), hence HMAC-SHA-256
with a random key of the study. The key stays in the study folder and is in no export.
"""

import base64
import errno
import hashlib
import hmac
import os
import secrets
from pathlib import Path

from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.files.verified_write import not_saved, sync_folder
from HER2LowMRILib.study.coordinator_record import KEY_FILE
from HER2LowMRILib.study.own_files import inside, read_own

PREFIX = "C"
_KEY_BYTES = 32


def new_key() -> bytes:
    """A random key of 256 bits."""
    return secrets.token_bytes(32)


def pseudonym(key: bytes, patient_id: str) -> str:
    """The case id of a patient: "C" and 12 characters of A-Z and 2-7 (60 bits), the same for one key."""
    if not patient_id.strip():
        raise StudyError("no case id can be made", needed="a patient id", found="nothing")
    digest = hmac.new(key, patient_id.strip().encode(), hashlib.sha256).digest()
    return PREFIX + base64.b32encode(digest).decode()[:12]


def write_key(study: Path) -> bytes:
    """Make the key of a new study, for nobody but its owner to read; returns the content of its file.

    Raises
    ------
    StudyError
        If it cannot be written.
    """
    content, file = new_key().hex().encode(), study / KEY_FILE
    try:
        with os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        if file.read_bytes() != content:
            raise OSError(errno.EIO, "the disk gave back other bytes than were written")
        sync_folder(study)
    except OSError as error:
        raise not_saved(KEY_FILE, error) from error
    return content


def read_key(study: Path) -> bytes:
    """The key of a study.

    Raises
    ------
    StudyError
        If the file is absent, damaged, or not for this person to read.
    """
    try:
        key = bytes.fromhex(read_own(inside(study, KEY_FILE), 1024).decode("ascii"))
        if len(key) != _KEY_BYTES:
            raise ValueError
    except (OSError, ValueError) as error:
        raise StudyError(
            "patient ids cannot be turned into case ids",
            needed=f"the file {KEY_FILE} that was made with the study",
            todo="Restore it from a backup, or name the cases yourself (case_id, --keep-names)",
        ) from error
    return key


def seal_of(study: Path) -> bytes | None:
    """A secret made from the study's key, to seal what is kept in `derived/`; None for who may not read the key."""
    try:
        return hmac.new(read_key(study), b"her2lowmri.measurements", hashlib.sha256).digest()
    except StudyError:
        return None
