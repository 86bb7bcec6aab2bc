"""What the contract of the workspace cannot say."""
