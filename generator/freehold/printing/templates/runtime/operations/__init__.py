"""Operations that are written by hand: what they have at hand, and what answers until they are written."""
