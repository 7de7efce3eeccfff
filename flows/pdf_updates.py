"""Write incremental updates of a PDF (ISO 32000-2, 7.5.6) that add a signature or timestamp and change nothing else."""

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter


class AppendingPdfWriter(IncrementalPdfFileWriter):
    """An incremental writer that leaves the metadata as the document's author wrote them."""

    def _update_meta(self) -> None:
        pass
