"""Documents: versions and files that people send and offices issue, official PDFs, and the page that anybody checks one at."""
