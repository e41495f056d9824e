"""Files that acts rest on: kept once by the hash of their bytes, named by events, shown to who may see the thing."""
