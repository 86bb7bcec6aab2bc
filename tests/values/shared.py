"""What lies beside the repository and is no part of it: suites that others wrote, and what was found wrong.

It is `../shared`; a worktree of the repository may lie some folders deeper.
"""

from tests.support.service import ROOT

_CANDIDATES = [parent / "shared" for parent in ROOT.parents]
SHARED = next((folder for folder in _CANDIDATES if folder.is_dir()), ROOT.parent / "shared")
SUITES = SHARED / "suites"
REPORTS = SHARED / "findings" / "reports"
