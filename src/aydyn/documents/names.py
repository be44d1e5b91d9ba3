"""Names of files: what people called them, made harmless, with the extension that fits the bytes.

Only the last part of a path; NFC; nothing that controls, hides or changes direction (a name with U+202E in it can
read as that of a photo and be a program); no character that a file system takes for its own; at most :data:`~aydyn.documents.bounds.MAX_NAME` characters.
"""

from __future__ import annotations

import re
import unicodedata

from aydyn.documents.bounds import MAX_NAME, MAX_NAME_BYTES

WITHOUT_NAME = "file"
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_SPECIAL = re.compile(r'[<>:"|?*]')
_EXTENSION = re.compile(r"\.([A-Za-z0-9]{1,6})$")
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)
# An extension that says what a system would do with the file is taken off, however many stand there.
_WORDS = """
    pdf jpg jpeg jpe jfif png webp gif bmp tif tiff heic heif avif svg docx docm dotm doc xlsx xlsm xlsb xls pptx
    pptm ppt odt ods odp rtf txt csv md log exe com scr pif bat cmd msi msix lnk url reg hta cpl dll sys jar js
    jse mjs vbs vbe wsf wsh ps1 psm1 sh bash zsh py pyw pl rb php phtml html htm xhtml mht mhtml xml xsl xslt
    shtml svgz swf chm hlp app apk dmg pkg deb rpm iso img zip rar gz tgz bz2 xz tar cab desktop service so bin
    dat tmp
"""
_TYPES = frozenset(_WORDS.split())


def clean_name(raw: str, extension: str) -> str:
    """The name under which a file is kept and given back; ``extension`` with its dot. Cleaning twice changes nothing."""
    last = re.split(r"[/\\]", raw[-4096:])[-1]
    seen = "".join(letter for letter in last if unicodedata.category(letter) not in _UNSEEN or letter == "\t")
    stem = _SPECIAL.sub("_", unicodedata.normalize("NFC", seen))
    stem = _without_types(" ".join(stem.split()))
    if _DEVICES.fullmatch(stem):
        stem = f"_{stem}"
    return _shortened(stem, extension) + extension


def _without_types(stem: str) -> str:
    stem = stem.strip(" .")
    while (found := _EXTENSION.search(stem)) and found[1].lower() in _TYPES:
        stem = stem[: found.start()].strip(" .")
    return stem


def _shortened(stem: str, extension: str) -> str:
    stem = stem[: MAX_NAME - len(extension)]
    while len((stem + extension).encode()) > MAX_NAME_BYTES:
        stem = stem[:-1]
    # What is cut may end in another extension, or in nothing that is seen.
    return _without_types(stem) or WITHOUT_NAME
