"""Reading files into documents: text, links, pictures, and what hindered it; with limits, without trust."""
