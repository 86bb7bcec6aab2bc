"""The same requests to the services of two revisions, and their answers, byte for byte."""
