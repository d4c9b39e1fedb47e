"""One module a page; each lays out what the modules beside this package have worked out."""
