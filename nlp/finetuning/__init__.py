"""Teaching a transformer the project's labels; what needs torch stands in :mod:`nlp.finetuning.teaching` alone."""
