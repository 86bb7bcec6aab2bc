"""Samples for a contract: values that its schemas accept and a person would write, subjects and claims."""
