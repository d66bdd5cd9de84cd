CREATE TABLE other (id VARCHAR(30)${ascii} NOT NULL PRIMARY KEY)${table};
