"""What went to the queue in a test without a worker."""

Asked = list[tuple[str, ...]]  # the task's name, and its arguments
