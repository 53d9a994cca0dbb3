"""The HTTP side of the product: the API and what every page and answer has in common."""
