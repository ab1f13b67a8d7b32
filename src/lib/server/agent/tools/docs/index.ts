/** Help for the model on demand, for the versions this builder has. Each sample in it is checked by a test. */
import { auth } from './auth.ts';
import { data } from './data.ts';
import { files } from './files.ts';
import { realtime } from './realtime.ts';
import { routing } from './routing.ts';
import { rules } from './rules.ts';
import { styling } from './styling.ts';
import { svelte5 } from './svelte5.ts';

export const docs = {
	svelte5,
	$data: data,
	$auth: auth,
	rules,
	files,
	realtime,
	styling,
	routing,
} as const;

export type DocTopic = keyof typeof docs;
export const docTopics = Object.keys(docs) as readonly DocTopic[];
export const isDocTopic = (name: string): name is DocTopic => Object.hasOwn(docs, name);
