export { executedCalls, filesRead, tablesIn, type AppView, type Executed } from './app-view.ts';
export { changeFor } from './change-for.ts';
export type { Change, Declined } from './change.ts';
export { intentOf, type Intent } from './intent.ts';
