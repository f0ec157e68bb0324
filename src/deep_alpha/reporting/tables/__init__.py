"""Tables of the page: metric records in, rows of printed cells out."""
