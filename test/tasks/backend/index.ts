import type { Task } from '../task.ts';
import { collectionTasks } from './collections.ts';
import { fieldHidingTasks } from './field-hiding.ts';
import { fileTasks } from './files.ts';
import { membershipRuleTasks } from './membership-rules.ts';
import { ownerRuleTasks } from './owner-rules.ts';
import { realtimeTasks } from './realtime.ts';
import { relationTasks } from './relations.ts';
import { roleRuleTasks } from './role-rules.ts';

/** All backend tasks, group by group. */
export const backendTasks: readonly Task[] = [
	...collectionTasks,
	...relationTasks,
	...ownerRuleTasks,
	...roleRuleTasks,
	...membershipRuleTasks,
	...fieldHidingTasks,
	...fileTasks,
	...realtimeTasks,
];
