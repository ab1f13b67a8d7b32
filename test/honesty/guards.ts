import type { Guard } from './guard.ts';
import { integrationGuards } from './integration-guards.ts';
import { unitGuards } from './unit-guards.ts';

export type { Guard } from './guard.ts';

/** All of them; the quick ones first. */
export const guards: readonly Guard[] = [...unitGuards, ...integrationGuards];
