"""The entry point of `avtaleflyt`: light, so that Ctrl+C while the program loads is a sentence, too."""

import gc
import sys


def main() -> None:
    """Run a command; see `flows.cli.main`."""
    try:
        # A tenth of the time that the program takes to load went into looking for garbage, and none is made.
        gc.disable()
        from flows.cli import main as run

        gc.enable()
        run()
    except KeyboardInterrupt:
        from flows.language import translate as _

        sys.stderr.write(_("Stopped. Nothing is lost: the same command goes on from here.") + "\n")
        sys.exit(130)


if __name__ == "__main__":
    main()
