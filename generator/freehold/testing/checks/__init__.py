"""What is checked of each operation: functions of a scene and an operation, which fail the running test."""
