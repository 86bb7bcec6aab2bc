"""The program `freehold`, also as `python -m freehold`."""

import sys

_INTERRUPTED = 130  # 128 and the number of SIGINT, as shells say it


def main() -> None:
    """Run the command line. Ctrl-C ends it quietly, also while it is imported."""
    try:
        from freehold.cli.main import main as command_line  # noqa: PLC0415 - it can be interrupted

        command_line()
    except KeyboardInterrupt:
        sys.exit(_INTERRUPTED)


if __name__ == "__main__":
    main()
