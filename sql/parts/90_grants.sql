-- Everybody may use what is here; functions run as their caller.
GRANT USAGE ON SCHEMA annoqa TO PUBLIC;
