"""The screens of thresholds and deadlines: what holds from which day, by which source, for whom."""
