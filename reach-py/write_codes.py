"""Writes python/reach/_codes.py: the explanation codes of the native module as an enum.

``make stubs`` runs it with the installed wheel, and a test fails while the file is out of date.
"""

import sys
from pathlib import Path

from reach import _reach

HEAD = '''\
"""Explanation codes. Written by write_codes.py: ``make stubs``."""

from enum import StrEnum


class ExplanationCode(StrEnum):
    """Why some packets do not get through, or why nobody can tell. AWS's own code wherever AWS has
    one, ours in the same form elsewhere; docs/explanation-codes.md has them all.
    """

'''

TAIL = '''

ExplanationCode.__module__ = "reach"
'''


def text() -> str:
    """The file."""
    codes = _reach.explanation_codes()
    members = (f'    {code} = "{code}"\n    """{says[0].upper()}{says[1:]}."""\n' for code, says in codes)
    return HEAD + "".join(members) + TAIL


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(text(), encoding="utf-8")
