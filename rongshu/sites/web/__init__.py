"""Screens of 站点与栏目: sites and their lives, columns and what stands in them, looks, addresses."""
