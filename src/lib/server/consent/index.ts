/** What waits for a person's click, and what a person has agreed to. */
export { type Approvals, createApprovals } from './approvals.ts';
export { type Asked, askPerson } from './ask-person.ts';
export { type Intents, createIntents, intentTable } from './intents.ts';
