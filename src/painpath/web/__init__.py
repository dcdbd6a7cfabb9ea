"""What every door shares: the page frame, the form fields, error pages, the access table, kept forms."""
