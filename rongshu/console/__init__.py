"""The back office's frame: layout and the status page; menus and lists come with the newsroom."""
