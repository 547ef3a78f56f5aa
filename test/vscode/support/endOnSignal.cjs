// A process that a signal ends writes no coverage; one that exits does.
process.once('SIGTERM', () => process.exit());
