"""How masks are scored: counts of pixels, Dice and IoU of them, and rivals that know pixels alone."""
