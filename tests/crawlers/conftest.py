"""Real pages are read where they are: without the folder there is nothing to collect."""

import os

collect_ignore = [] if os.environ.get("LANGNGHE_REAL_PAGES") else ["test_real_pages.py"]
