"""Clusters of the embedded PostgreSQL, copied from one that was initialized once."""

import subprocess
from pathlib import Path

FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def copy_cluster(cluster: Path, data: Path) -> Path:
    """Copies a cluster that does not run, with its owner, which takes less time than initdb."""
    data.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cp", "-a", cluster, data], check=True)
    return data
