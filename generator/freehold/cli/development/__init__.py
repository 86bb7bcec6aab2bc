"""The commands of a person at work on a service: run it, look into its database, write an override."""
