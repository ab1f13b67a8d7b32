/** Accounts of the builder, who of them is a member, and the first of all. */
export { settleAppBackend, settleBuilderBackend, upsertSuperuser } from './accounts.ts';
export { type Members, createMembers } from './members.ts';
export { type Setup, createSetup } from './setup.ts';
