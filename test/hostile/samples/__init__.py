"""Hostile samples: base documents and the attacks that are put into them, one attack a sample."""
