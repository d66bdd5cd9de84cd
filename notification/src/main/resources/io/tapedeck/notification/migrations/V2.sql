ALTER TABLE letters RENAME TO sent_mails;
