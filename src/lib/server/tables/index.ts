/** The builder's own tables, `_tk_*`, and its state in a row. */
export { checkpointOwned } from './checkpoints.ts';
export { appOwned } from './runs.ts';
export { createTables, readState, writeStateQuery } from './tables.ts';
