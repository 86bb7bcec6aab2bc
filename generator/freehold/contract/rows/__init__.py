"""What a contract says of rows: their columns, the keys that find them, and what answers show of them."""
