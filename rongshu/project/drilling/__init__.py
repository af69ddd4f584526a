"""The drill: a province and its cities as separate processes, from nothing to a day's work that adds up.

Owns the plan of the nodes, their processes, the deeds of the day, the accounts that are compared at the end
and the report. Everything it does to a node it does as a person would: by commands, and by actions in a
process of that node. Knows no short cut into a node's database.
"""
