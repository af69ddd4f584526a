"""Sign-in, enrolment and one's own account, and the gate every address of the console lies behind."""
