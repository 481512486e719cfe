"""The child process that sets one document: JSON on standard input, PDF on standard output, nothing else.

Run by path, not as a module, so that it loads Typst and nothing of ours. It has no environment of ours, no network to ask and
no file to write; what Typst says of an error may quote the document, so it goes to a pipe that the parent does not log.
"""

from __future__ import annotations

import json
import resource
import sys
from datetime import UTC, datetime
from pathlib import Path

HERE = Path(__file__).resolve().parent
MEMORY = 1 << 30  # bytes of address space; a document takes a tenth


def main() -> int:
    """Sets the document. 0: PDF on stdout. 1: Typst's words on stderr."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    import typst

    asked = json.load(sys.stdin.buffer)
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[HERE / "fonts"])
    try:
        body = typst.compile(
            HERE / "typst" / f"{asked['template']}.typ",
            root=HERE / "typst",
            font_paths=fonts,
            sys_inputs={"data": json.dumps(asked["data"], ensure_ascii=False)},
            pdf_standards=["ua-1"],
            timestamp=datetime.fromtimestamp(asked["at"], UTC),
            package_path=HERE / "typst",
            package_cache_path=HERE / "typst",
        )
    except typst.TypstError as error:
        sys.stderr.write(f"{error.message}\n{error.diagnostic}")
        return 1
    sys.stdout.buffer.write(body)
    return 0


if __name__ == "__main__":
    sys.exit(main())
