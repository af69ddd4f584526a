"""What people do at one node of the drill, in a process of that node."""
