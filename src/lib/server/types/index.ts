/** The type checks of an app, in a thread of their own. */
export {
	createTypeChecker,
	defaultCheckerLimits,
	type CheckerLimits,
	type TypeChecker,
	type TypesOutcome,
} from './checker.ts';
export type { AppSource, Place, TypesResult, Use } from './protocol.ts';
