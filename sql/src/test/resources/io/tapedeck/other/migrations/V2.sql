-- ein Kommentar mit Umlaut: ä
CREATE INDEX other_id ON other (id);
