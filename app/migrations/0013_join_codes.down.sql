DROP TABLE join_codes;
