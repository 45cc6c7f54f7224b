"""The surface that clients of OpenAI's API know: `/v1`. It only translates."""
