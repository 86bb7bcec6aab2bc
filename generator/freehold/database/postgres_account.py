"""Finds the user that the embedded PostgreSQL runs as: it refuses to run as root."""

import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from freehold.database.postgres_programs import ALTERNATIVE, PostgresError, binary_path, run_program

if sys.platform != "win32":
    import pwd


@dataclass(frozen=True)
class Account:
    """The user that runs the server, and the command prefix with which root switches to it."""

    uid: int
    gid: int
    command_prefix: Sequence[str] = ()


def find_account(data: Path) -> Account:
    """Return the current user or, because postgres refuses to run as root, `nobody` for root.

    Where `nobody` cannot enter the folders (a clone in /root), it gets the one capability that it needs, and
    the permissions of the folders stay as they are.
    """
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        advice = f"install util-linux, run as an ordinary user, or {ALTERNATIVE}"
        raise PostgresError(f"PostgreSQL refuses to run as root, and setpriv is missing: {advice}.")
    nobody = pwd.getpwnam("nobody")
    command_prefix = [setpriv, f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups"]
    if (
        run_program(
            [*command_prefix, "test", "-x", str(data.parent), "-a", "-x", binary_path("postgres")]
        ).returncode
        != 0
    ):
        command_prefix += ["--inh-caps=-all,+dac_override", "--ambient-caps=-all,+dac_override"]
        command_prefix += ["--securebits=+no_setuid_fixup"]  # for initdb, whose access(2) would forget them
    return Account(nobody.pw_uid, nobody.pw_gid, command_prefix)
