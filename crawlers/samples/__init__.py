"""The sample sources of the demo: invented outlets with written texts ("dữ liệu mẫu"), served on loopback as if they were live."""
