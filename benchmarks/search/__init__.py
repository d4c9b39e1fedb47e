"""How fast search is, through the project's own interface."""
