"""The codes of problems (RFC 9457), and the shapes of others in which they are sent."""
