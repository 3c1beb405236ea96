"""Importing subjects from a file (批量导入): read it, carry it out, say what was refused."""
