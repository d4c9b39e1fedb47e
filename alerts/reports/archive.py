"""Office files as bytes that depend on their content alone: the archives inside carry no time and no chance order."""

import re
from datetime import UTC, datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_EARLIEST = (1980, 1, 1, 0, 0, 0)
_CREATED_OR_MODIFIED = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</dcterms:)")
_CORE = "docProps/core.xml"


def reproducible(content: bytes, when: datetime) -> bytes:
    """The same Word or Excel file with ``when`` as its only time."""
    stamp = when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    out = BytesIO()
    with ZipFile(BytesIO(content)) as given, ZipFile(out, "w", ZIP_DEFLATED) as made:
        # [Content_Types].xml comes first by its name, as readers expect.
        for name in sorted(given.namelist()):
            data = given.read(name)
            if name == _CORE:
                data = _CREATED_OR_MODIFIED.sub(rb"\g<1>" + stamp + rb"\g<2>", data)
            entry = ZipInfo(name, _EARLIEST)
            entry.compress_type = ZIP_DEFLATED
            made.writestr(entry, data)
    return out.getvalue()
