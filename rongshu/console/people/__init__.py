"""Screens of 组织与权限: people, what they may do where, and roles."""
