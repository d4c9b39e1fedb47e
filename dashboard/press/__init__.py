"""The press review (điểm báo): stories ticked, ordered, annotated, released, and written for those who read or hear it."""
