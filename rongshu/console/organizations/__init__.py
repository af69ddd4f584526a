"""Screens of 组织与权限: the tree of organisations with its history."""
