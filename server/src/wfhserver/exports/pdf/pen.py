"""Writes one line of text on a page."""

from reportlab.pdfgen.textobject import PDFTextObject

from wfhserver.exports.pdf.letters import TextRun


class Pen(PDFTextObject):  # type: ignore[misc]  # It publishes no types.
    """Writes text, and adds the characters where the glyphs do not show them."""

    def write(self, part: TextRun, size: float) -> None:
        """Write *part* behind what was written before."""
        self.setFont(part.font, size)
        if part.says is not None:
            actual_text = part.says.encode("utf-16-be").hex().upper()
            self._code.append(f"/Span <</ActualText <FEFF{actual_text}>>> BDC")
        self.textOut(part.drawn)
        if part.says is not None:
            self._code.append("EMC")
