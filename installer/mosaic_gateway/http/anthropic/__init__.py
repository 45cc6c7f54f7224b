"""The surface that clients of Anthropic's API know: `/v1/messages`. It only translates."""
