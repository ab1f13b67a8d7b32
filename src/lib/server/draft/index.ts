/** What a run reaches of one app's draft: collections, records, rules, types, checks, preview. */
export { type Boots, createBoots } from './boots.ts';
export { createAppChecks } from './checks.ts';
export { createAppData } from './data.ts';
export { createAppPreview } from './preview.ts';
export { type AppRules, createAppRules } from './rules.ts';
export { createAppSchema } from './schema.ts';
export { type AppTypes, createAppTypes } from './types.ts';
