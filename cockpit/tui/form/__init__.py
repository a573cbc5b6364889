"""What the enqueue form knows and decides, without a widget: completion, history, drafts, templates, verdicts."""
