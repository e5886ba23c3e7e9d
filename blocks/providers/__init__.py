"""One file per vendor that can make something."""
