import type { Recipe } from '../recipe.ts';
import { guestbook } from './guestbook.ts';
import { notes } from './notes.ts';
import { poll } from './poll.ts';
import { todo } from './todo.ts';

/** On a tie the earlier one wins; the first is also what is built when no word fits. */
export const recipes: readonly [Recipe, ...Recipe[]] = [guestbook, todo, poll, notes];
