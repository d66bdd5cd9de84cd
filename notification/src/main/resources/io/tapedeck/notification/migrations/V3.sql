-- Whose e-mail it is. Of many results within a minute the first are sent at once, and the others are
-- collected for one e-mail.
ALTER TABLE sent_mails ADD COLUMN owner VARCHAR(30)${ascii};
CREATE INDEX sent_mails_of_owner ON sent_mails (owner, state, changed_at);
