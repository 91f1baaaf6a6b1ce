DROP TABLE parted_uploads;
