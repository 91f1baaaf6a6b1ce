DROP TABLE scheduler_passes;
