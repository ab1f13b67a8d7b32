import type { Recipe } from '../recipe.ts';
import { chat } from './chat.ts';
import { cookbook } from './cookbook.ts';
import { directory } from './directory.ts';
import { expenses } from './expenses.ts';
import { feedback } from './feedback.ts';
import { guestbook } from './guestbook.ts';
import { habits } from './habits.ts';
import { inventory } from './inventory.ts';
import { kanban } from './kanban.ts';
import { links } from './links.ts';
import { notes } from './notes.ts';
import { poll } from './poll.ts';
import { rsvp } from './rsvp.ts';
import { todo } from './todo.ts';
import { waitlist } from './waitlist.ts';

/** On a tie the earlier one wins; the first is also what is built when no word fits. */
export const recipes: readonly [Recipe, ...Recipe[]] = [
	guestbook,
	todo,
	poll,
	notes,
	kanban,
	habits,
	expenses,
	feedback,
	chat,
	rsvp,
	cookbook,
	links,
	inventory,
	directory,
	waitlist,
];
