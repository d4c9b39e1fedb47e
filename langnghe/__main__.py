"""``python -m langnghe`` is ``langnghe``."""

from langnghe.cli import main

main()
