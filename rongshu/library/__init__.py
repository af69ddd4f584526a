"""The information resource library: resources, versions, approvals, metadata, classification, files, gate.

先入库、后使用: whatever a site shows is a resource here first. It does not know where a resource is
shown (sites) nor how (publishing).
"""
