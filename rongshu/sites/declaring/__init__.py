"""The file of `rongshu site apply`: read with positions, checked, and brought about by the apps' actions."""
