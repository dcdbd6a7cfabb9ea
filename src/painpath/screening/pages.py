"""On which page a character stands."""

from bisect import bisect_right

from painpath.documents.model import DocumentText


def page_at(document: DocumentText, offset: int) -> int:
    """The number of the page that holds this character; 1 when the document has no pages."""
    index = bisect_right(document.pages, offset, key=lambda page: page.start) - 1
    return document.pages[max(index, 0)].number if document.pages else 1
