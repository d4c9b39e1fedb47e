"""Speed and memory of annotation."""
