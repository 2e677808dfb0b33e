"""Import articles and comments: `source` opens a file, `formats` read it into `records`, and `store`
saves those and returns a `report`."""
