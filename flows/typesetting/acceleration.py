"""Tell whether the installed WeasyPrint is the release that the accelerations were written for."""

from importlib.metadata import version

from flows.typesetting.weasyprint_import import quick_import

#: The release whose functions `weasyprint_patches` replaces.
RELEASE = "70.0"


def install_line() -> str:
    """Return the line that installs the WeasyPrint whose layout is accelerated; empty if it is installed."""
    try:
        with quick_import():
            from flows.typesetting.weasyprint_patches import is_supported

        supported = is_supported()
    except OSError:  # without Pango, the release number decides
        supported = version("weasyprint") == RELEASE
    return "" if supported else f"pip install weasyprint=={RELEASE}"
