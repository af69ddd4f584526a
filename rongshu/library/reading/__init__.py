"""Files and pages as text: whatever a PDF, Word, Excel or web page says, within limits, without trust."""
