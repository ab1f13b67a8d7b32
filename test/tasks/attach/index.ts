import type { Task } from '../task.ts';
import { bookingTask } from './bookings.ts';
import { chatTask } from './chat.ts';
import { filesTask } from './files.ts';
import { pollTask } from './polls.ts';
import { shopTask } from './shop.ts';
import { todoTask } from './todo.ts';

/** Apps without a backend, which get one. */
export const attachTasks: readonly Task[] = [
	todoTask,
	chatTask,
	filesTask,
	pollTask,
	bookingTask,
	shopTask,
];
