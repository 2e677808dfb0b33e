"""Whole pages copied from a browser: with menus, sidebars and forms around article and comments.

The pages of a site are read together in two passes (`site`). The first one finds the comment
layouts of each page (`layouts`) and the lines that repeat (`shapes`); the second reads each page
with what all of them have in common (`page`). Trimmed texts are left to the reader of captures.
"""
