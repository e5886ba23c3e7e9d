"""Google Gemini: pictures and plans."""
