"""An auditor that knows by itself what is dangerous: a deny-list on purpose, so that it shares no thought with the sanitizer."""
