"""Settings from the environment, validated at startup."""
