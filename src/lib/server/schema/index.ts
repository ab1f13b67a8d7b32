export { ruleNames } from './collection.ts';
export type { PlainCollection, PlainField } from './collection.ts';
export { digestOf } from './digest.ts';
export { effectsOf } from './effects.ts';
export type { Effect } from './effects.ts';
export { targetOf } from './target.ts';
export type { Target } from './target.ts';
